//! The states of a case as a drawing: a box for each, a row for each way out of it, a line from the row to where it leads.

use std::collections::BTreeMap;

use shinsei_core::rejection::StateName;

use super::Way;

const ROW: usize = 18;
const TITLE: usize = 24;
const GAP: usize = 14;
const LEFT: usize = 10;
/// A letter at most, on the average, in the font that is asked for.
const LETTER: usize = 7;
const LANE: usize = 12;

/// A box on the page.
struct Placed {
    state: StateName,
    top: usize,
    height: usize,
}

/// A line from a row to the title of another box.
struct Line {
    from: usize,
    to: usize,
    lane: usize,
}

/// Draws them one below the other; lines run on the right, short ones inside.
pub(super) fn of(states: &[StateName], ways: &BTreeMap<(StateName, StateName), Way<'_>>) -> String {
    let mut boxes: Vec<Placed> = vec![];
    let mut top = GAP;
    for state in states {
        let rows = ways.keys().filter(|(from, _)| from == state).count();
        let height = TITLE + rows * ROW;
        boxes.push(Placed { state: *state, top, height });
        top += height + GAP;
    }
    let longest = ways.iter().map(|((_, to), way)| row(way, *to).chars().count()).max().unwrap_or(0);
    let box_width = (longest * LETTER + 32).max(300);
    let lines = lines(&boxes, ways);
    let lanes = lines.iter().map(|line| line.lane + 1).max().unwrap_or(0);
    let width = LEFT + box_width + (lanes + 2) * LANE;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{top}\" viewBox=\"0 0 {width} {top}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" \
         markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{top}\" fill=\"white\"/>\n"
    );
    for placed in &boxes {
        out += &draw(placed, box_width, ways);
    }
    for line in &lines {
        out += &format!(
            "<path d=\"M{right} {from}H{lane}V{to}H{right}\" fill=\"none\" stroke=\"{colour}\" \
             marker-end=\"url(#tip)\"/>\n",
            right = LEFT + box_width,
            from = line.from,
            lane = LEFT + box_width + (line.lane + 1) * LANE,
            to = line.to,
            colour = if line.to > line.from { "#225" } else { "#a42" },
        );
    }
    out + "</svg>\n"
}

/// What a row says: the commands, and where they lead.
fn row(way: &Way<'_>, to: StateName) -> String {
    let commands: Vec<&str> = way.keys().copied().collect();
    format!("{} → {to}", commands.join(", "))
}

fn draw(placed: &Placed, box_width: usize, ways: &BTreeMap<(StateName, StateName), Way<'_>>) -> String {
    let Placed { state, top, height } = placed;
    let mut out = format!(
        "<rect x=\"{LEFT}\" y=\"{top}\" width=\"{box_width}\" height=\"{height}\" rx=\"4\" fill=\"#f6f8fa\" stroke=\"#333\"/>\n\
         <text x=\"{x}\" y=\"{y}\" font-weight=\"bold\">{state} {label}</text>\n",
        x = LEFT + 8,
        y = top + 16,
        label = state.label(),
    );
    for (row, ((_, to), way)) in ways.iter().filter(|((from, _), _)| from == state).enumerate() {
        out += &format!(
            "<text x=\"{x}\" y=\"{y}\">{}</text>\n",
            self::row(way, *to),
            x = LEFT + 16,
            y = top + TITLE + row * ROW + 12,
        );
    }
    out
}

/// A lane for each way, so that no two lines lie on each other; ways to one box share its lane where they touch.
fn lines(boxes: &[Placed], ways: &BTreeMap<(StateName, StateName), Way<'_>>) -> Vec<Line> {
    let mut wanted = vec![];
    for placed in boxes {
        for (row, ((_, to), _)) in ways.iter().filter(|((from, _), _)| *from == placed.state).enumerate() {
            let Some(target) = boxes.iter().find(|other| other.state == *to) else { continue };
            wanted.push((placed.top + TITLE + row * ROW + 8, target.top + TITLE / 2));
        }
    }
    wanted.sort_by_key(|(from, to)| (from.abs_diff(*to), *from));
    let mut taken: Vec<Vec<(usize, usize, usize)>> = vec![];
    let mut lines = vec![];
    for (from, to) in wanted {
        let span = (from.min(to), from.max(to));
        let is_free = |lane: &Vec<(usize, usize, usize)>| {
            lane.iter().all(|(low, high, target)| span.1 < *low || *high < span.0 || *target == to)
        };
        let lane = taken.iter().position(is_free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(vec![]);
        }
        taken[lane].push((span.0, span.1, to));
        lines.push(Line { from, to, lane });
    }
    lines
}
