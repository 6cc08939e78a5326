//! The catalog (手続一覧): procedures and divisions, read from CSV with a fixed header and closed values, written back alike.

mod columns;
mod deciding;
mod defect;
mod division;
mod entry;
mod filing;
mod form;
mod rehearsal;
mod row;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::catalog::rehearsal::Rehearsals;
use crate::catalog::row::Row;
use crate::form::schema::FormSchema;
use crate::ids::{DivisionId, InvalidCode, ProcedureId};
use crate::procedure::{Category, Division, Procedure};
use crate::sheet::Encoding;

pub use crate::catalog::defect::{Because, CatalogError, Defect, Expected, Sheet};
pub use crate::catalog::rehearsal::DeadEnd;

/// The sample procedures: 61 of them, UTF-8 with BOM. 出典: 函館市(CC BY 2.1 JP)。編集・加工あり
///
/// They were made from public pages and filled up with assumptions; the city has no part in them. What is whose stands
/// in their column 出典 and in the file ATTRIBUTION.md beside them.
pub const SAMPLE_PROCEDURES_CSV: &[u8] = include_bytes!("../catalog/procedures.csv");

/// The divisions of the sample procedures. Their telephone numbers, counters and hours are invented.
/// 出典: 函館市(CC BY 2.1 JP)。編集・加工あり
pub const SAMPLE_DIVISIONS_CSV: &[u8] = include_bytes!("../catalog/divisions.csv");

/// The fields of some of the sample procedures' forms: our own, drawn up after what the city's pages ask for.
pub const SAMPLE_FORMS_CSV: &[u8] = include_bytes!("../catalog/forms.csv");

/// The procedures of a municipality and the divisions in charge of them, in the order of their sheets.
///
/// Whatever is in a catalog keeps the rules of docs/catalog.md: ids are unique, every procedure has its division, and
/// its axes go together.
///
/// # Example
/// ```
/// use shinsei_core::catalog::Catalog;
/// use shinsei_core::ids::ProcedureId;
///
/// let catalog = Catalog::sample();
/// let procedure = catalog.procedure(&ProcedureId::new("JU-001")?).ok_or("no such procedure")?;
/// assert_eq!(procedure.terms.name, "住民票の写し交付申請");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    procedures: Vec<Procedure>,
    divisions: Vec<Division>,
}

impl Catalog {
    /// Reads a catalog from the sheets of its procedures and divisions, each UTF-8 with BOM, UTF-8 or CP932; all forms are free.
    ///
    /// # Errors
    /// Every defect of both sheets, in their order; a cell that could not be read hides only what depends on it.
    ///
    /// # Source
    /// docs/catalog.md; RFC 4180
    pub fn read(procedures: &[u8], divisions: &[u8]) -> Result<Self, CatalogError> {
        Self::of_sheets(procedures, divisions, None)
    }

    /// Reads a catalog with the fields of its forms from a third sheet; a procedure of which that has no row has a free form.
    ///
    /// # Errors
    /// Every defect of the three sheets, as for [`Catalog::read`].
    ///
    /// # Source
    /// docs/catalog.md, "Fields of forms"
    pub fn read_with_forms(procedures: &[u8], divisions: &[u8], forms: &[u8]) -> Result<Self, CatalogError> {
        Self::of_sheets(procedures, divisions, Some(forms))
    }

    fn of_sheets(procedures: &[u8], divisions: &[u8], forms: Option<&[u8]>) -> Result<Self, CatalogError> {
        let mut defects = Vec::new();
        let mut rows = sheet::read(Sheet::Divisions, columns::DIVISIONS, divisions, &mut defects);
        let divisions: Vec<Division> = rows.iter_mut().filter_map(division::read).collect();
        check_unique(&mut rows, columns::DIVISION_ID);
        check_unique(&mut rows, columns::DIVISION_NAME);
        let known = codes(&rows, columns::DIVISION_ID, DivisionId::new);
        defects.extend(rows.into_iter().flat_map(Row::into_defects));

        let mut rows = sheet::read(Sheet::Procedures, columns::PROCEDURES, procedures, &mut defects);
        let context = entry::Divisions { known: &known, read: &divisions };
        let mut rehearsals = Rehearsals::default();
        let mut procedures = Vec::with_capacity(rows.len());
        for row in &mut rows {
            let Some(procedure) = entry::read(row, &context) else { continue };
            match rehearsals.of(&procedure) {
                Ok(()) => procedures.push(procedure),
                Err(dead_end) => row.fault_of_all(Expected::WayOut(dead_end)),
            }
        }
        check_unique(&mut rows, columns::ID);
        let known = codes(&rows, columns::ID, ProcedureId::new);
        defects.extend(rows.into_iter().flat_map(Row::into_defects));

        if let Some(forms) = forms {
            let forms = read_forms(forms, &known, &procedures, &mut defects);
            add_forms(&mut procedures, forms);
        }
        if defects.is_empty() { Ok(Self { procedures, divisions }) } else { Err(sorted(defects)) }
    }

    /// The same procedures with the fields of their forms from a third sheet; a procedure of which it has no row has a free
    /// form.
    ///
    /// # Errors
    /// Every defect of the sheet, in order; a row that could not be read hides only what depends on it.
    ///
    /// # Source
    /// docs/catalog.md, "Fields of forms"
    pub fn with_forms(mut self, forms: &[u8]) -> Result<Self, CatalogError> {
        let mut defects = Vec::new();
        let known: Vec<ProcedureId> = self.procedures.iter().map(|procedure| procedure.id.clone()).collect();
        let forms = read_forms(forms, &known, &self.procedures, &mut defects);
        add_forms(&mut self.procedures, forms);
        if defects.is_empty() { Ok(self) } else { Err(sorted(defects)) }
    }

    /// The sample catalog: [`SAMPLE_PROCEDURES_CSV`], [`SAMPLE_DIVISIONS_CSV`] and [`SAMPLE_FORMS_CSV`].
    pub fn sample() -> Self {
        let read = Self::read_with_forms(SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV);
        // OK because the test `the_sample_is_read` reads these very bytes.
        read.expect("the sample catalog is right")
    }

    /// Checks a procedure that comes from elsewhere than a sheet, with the rules of the sheet.
    ///
    /// # Errors
    /// Every defect, as if it stood alone in its sheet.
    pub fn check(procedure: &Procedure, divisions: &[Division]) -> Result<(), CatalogError> {
        let alone = Self { procedures: vec![procedure.clone()], divisions: divisions.to_vec() };
        let procedures = alone.to_csv(Encoding::Utf8)?;
        let divisions = alone.divisions_to_csv(Encoding::Utf8)?;
        let forms = alone.forms_to_csv(Encoding::Utf8)?;
        let read = Self::read_with_forms(&procedures, &divisions, &forms)?;
        if read.procedures == alone.procedures {
            return Ok(());
        }
        // What no cell says follows from others: the remedy, the way a period runs.
        let expected = Expected::Itself;
        let defect =
            Defect { sheet: Sheet::Procedures, line: 2, column: None, found: None, expected, because: None };
        Err(CatalogError { defects: vec![defect] })
    }

    /// The procedures.
    pub fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    /// The procedure of an id.
    pub fn procedure(&self, id: &ProcedureId) -> Option<&Procedure> {
        self.procedures.iter().find(|procedure| procedure.id == *id)
    }

    /// The procedures of a category (分類).
    pub fn by_category(&self, category: Category) -> impl Iterator<Item = &Procedure> {
        self.procedures.iter().filter(move |procedure| procedure.category == category)
    }

    /// The divisions.
    pub fn divisions(&self) -> &[Division] {
        &self.divisions
    }

    /// The division of a code.
    pub fn division(&self, id: &DivisionId) -> Option<&Division> {
        self.divisions.iter().find(|division| division.id == *id)
    }

    /// Writes the procedures: the public download, which [`Catalog::read`] reads again.
    ///
    /// No cell of it is a formula but codes kept as text, such as `="001"`, for spreadsheets that would drop the zeros.
    ///
    /// # Errors
    /// Every cell that the encoding cannot hold, with the characters that would be lost.
    pub fn to_csv(&self, encoding: Encoding) -> Result<Vec<u8>, CatalogError> {
        let write = |(procedure, line): (&Procedure, u64)| {
            entry::write(procedure, self.division(&procedure.terms.division), line)
        };
        let rows: Vec<Row> = self.procedures.iter().zip(2..).map(write).collect();
        sheet::write(Sheet::Procedures, columns::PROCEDURES, &rows, encoding)
    }

    /// Writes the divisions as [`Catalog::to_csv`] writes the procedures.
    ///
    /// # Errors
    /// Every cell that the encoding cannot hold, with the characters that would be lost.
    pub fn divisions_to_csv(&self, encoding: Encoding) -> Result<Vec<u8>, CatalogError> {
        let write = |(division, line)| division::write(division, line);
        let rows: Vec<Row> = self.divisions.iter().zip(2..).map(write).collect();
        sheet::write(Sheet::Divisions, columns::DIVISIONS, &rows, encoding)
    }

    /// Writes the fields of all forms as [`Catalog::to_csv`] writes the procedures; [`Catalog::with_forms`] reads them again.
    ///
    /// # Errors
    /// Every cell that the encoding cannot hold, with the characters that would be lost.
    pub fn forms_to_csv(&self, encoding: Encoding) -> Result<Vec<u8>, CatalogError> {
        let rows: Vec<Row> = self.procedures.iter().flat_map(form::write).collect();
        sheet::write(Sheet::Forms, columns::FORMS, &rows, encoding)
    }
}

/// The codes of a column, those of faulty rows too.
fn codes<T>(rows: &[Row], column: &str, new: fn(String) -> Result<T, InvalidCode>) -> Vec<T> {
    rows.iter().filter_map(|row| new(row.get(column)?.to_owned()).ok()).collect()
}

fn read_forms(
    forms: &[u8],
    known: &[ProcedureId],
    procedures: &[Procedure],
    defects: &mut Vec<Defect>,
) -> BTreeMap<ProcedureId, FormSchema> {
    let mut rows = sheet::read(Sheet::Forms, columns::FORMS, forms, defects);
    let forms = form::read(&mut rows, &form::Procedures { known, read: procedures });
    defects.extend(rows.into_iter().flat_map(Row::into_defects));
    forms
}

fn add_forms(procedures: &mut [Procedure], mut forms: BTreeMap<ProcedureId, FormSchema>) {
    for procedure in procedures {
        procedure.form = forms.remove(&procedure.id).unwrap_or_default().into();
    }
}

fn sorted(mut defects: Vec<Defect>) -> CatalogError {
    defects.sort_by_key(|defect| (defect.sheet, defect.line, place(defect)));
    CatalogError { defects }
}

fn check_unique(rows: &mut [Row], column: &'static str) {
    let mut lines = BTreeMap::new();
    for row in rows {
        let Some(value) = row.get(column).filter(|value| !value.is_empty()) else { continue };
        match lines.entry(value.to_owned()) {
            Entry::Occupied(first) => row.fault(column, Expected::Unique { line: *first.get() }),
            Entry::Vacant(free) => {
                free.insert(row.line);
            }
        }
    }
}

/// Where a defect stands in its row: defects of the whole row or header come first.
fn place(defect: &Defect) -> Option<usize> {
    let header = match defect.sheet {
        Sheet::Procedures => columns::PROCEDURES,
        Sheet::Divisions => columns::DIVISIONS,
        Sheet::Forms => columns::FORMS,
    };
    header.iter().position(|column| Some(*column) == defect.column)
}
