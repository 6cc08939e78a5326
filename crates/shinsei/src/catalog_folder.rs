//! A catalog as files of a folder: what every tool reads, and every service that keeps its procedures so.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use shinsei_core::catalog::{Catalog, CatalogError, Sheet};

/// Reads the catalog of a folder: `procedures.csv`, `divisions.csv` and, where the fields of forms are stated, `forms.csv`.
///
/// # Errors
/// [`CatalogFolderError`]: a file that is not there or cannot be read, or everything that is wrong with its contents.
///
/// # Example
/// ```no_run
/// use shinsei::catalog_folder;
/// use shinsei::city_hall::CityHall;
///
/// let catalog = catalog_folder::read("/srv/shinsei/catalog".as_ref())?;
/// let city = CityHall::new("012025".parse()?, "函館市", catalog);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Source
/// docs/catalog.md
pub fn read(folder: &Path) -> Result<Catalog, CatalogFolderError> {
    let bytes = |sheet: Sheet| {
        let file = folder.join(sheet.file_name());
        std::fs::read(&file).map_err(|source| CatalogFolderError::Unreadable { file, source })
    };
    let forms = match bytes(Sheet::Forms) {
        // Only the third sheet may be missing, and only where its folder is there: the others are asked for next.
        Err(CatalogFolderError::Unreadable { source, .. }) if source.kind() == ErrorKind::NotFound => None,
        read => Some(read?),
    };
    let (procedures, divisions) = (bytes(Sheet::Procedures)?, bytes(Sheet::Divisions)?);
    let read = match forms {
        Some(forms) => Catalog::read_with_forms(&procedures, &divisions, &forms),
        None => Catalog::read(&procedures, &divisions),
    };
    read.map_err(|error| CatalogFolderError::Defective { folder: folder.to_owned(), error })
}

/// Why a folder holds no catalog.
#[derive(Debug)]
#[non_exhaustive]
pub enum CatalogFolderError {
    /// A file is not there or cannot be read.
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What stands in the files is not right.
    Defective {
        /// The folder.
        folder: PathBuf,
        /// Everything that is wrong with them.
        error: CatalogError,
    },
}

impl fmt::Display for CatalogFolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, source } => write!(
                f,
                "{} cannot be read ({source}); the folder of a catalog holds procedures.csv, divisions.csv and, where forms \
                 are checked, forms.csv",
                file.display()
            ),
            Self::Defective { folder, error } => {
                let told = |defect: &shinsei_core::catalog::Defect| {
                    let file = folder.join(defect.sheet.file_name());
                    format!("{} {}", file.display(), defect.within_its_file())
                };
                let told: Vec<_> = error.defects.iter().map(told).collect();
                f.write_str(&told.join("\n"))
            }
        }
    }
}

impl std::error::Error for CatalogFolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::Defective { error, .. } => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use shinsei_core::catalog::{SAMPLE_DIVISIONS_CSV, SAMPLE_FORMS_CSV, SAMPLE_PROCEDURES_CSV};
    use tempfile::TempDir;

    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    /// What is said of a folder with these files, without its own name.
    fn said(files: &[(&str, &[u8])]) -> String {
        let folder = folder(files);
        let error = read(folder.path()).unwrap_err();
        error.to_string().replace(&format!("{}/", folder.path().display()), "")
    }

    const PROCEDURES: (&str, &[u8]) = ("procedures.csv", SAMPLE_PROCEDURES_CSV);
    const DIVISIONS: (&str, &[u8]) = ("divisions.csv", SAMPLE_DIVISIONS_CSV);

    #[test]
    fn all_three_sheets_are_read_and_forms_are_free_without_the_third() {
        let all = folder(&[PROCEDURES, DIVISIONS, ("forms.csv", SAMPLE_FORMS_CSV)]);
        assert_eq!(read(all.path()).unwrap(), Catalog::sample());
        let free = Catalog::read(SAMPLE_PROCEDURES_CSV, SAMPLE_DIVISIONS_CSV).unwrap();
        assert_eq!(read(folder(&[PROCEDURES, DIVISIONS]).path()).unwrap(), free);
    }

    #[test]
    fn what_is_missing_is_named_with_what_belongs_there() {
        let missing = "divisions.csv cannot be read (No such file or directory (os error 2)); the folder of a catalog holds \
                       procedures.csv, divisions.csv and, where forms are checked, forms.csv";
        assert_eq!(said(&[PROCEDURES]), missing);
        let nowhere = read(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(
            nowhere.to_string().starts_with("/nowhere/at/all/procedures.csv cannot be read"),
            "{nowhere}"
        );
    }

    #[test]
    fn what_is_wrong_is_named_by_file_line_and_column() {
        let forms = "手続ID,項目コード,項目名,繰返し項目,種類,必須,条件項目,条件値,下限,上限,選択肢,添付形式,説明\r\n\
                     ZZ-999,氏名,氏名,,氏名等,要,,,,,,,\r\n";
        let unknown =
            "forms.csv line 2, 手続ID: found 「ZZ-999」, expected the code of a procedure of the catalog";
        assert_eq!(said(&[PROCEDURES, DIVISIONS, ("forms.csv", forms.as_bytes())]), unknown);
    }
}
