//! A file as it came: its encoding, what stands between its fields, and the line that each record begins
//! with.

use std::fmt;
use std::io::{BufRead as _, BufReader, Chain, Cursor, Read, Result as IoResult};
use std::str::FromStr;

use encoding_rs::UTF_8;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::ImportError;

/// A longer first line names no columns.
const HEAD_BYTES_MAX: u64 = 64 * 1024;
/// The longest mark of an encoding.
const MARK_BYTES_MAX: u64 = 3;
/// What a decoder writes for what is none of its encoding.
const NO_CHARACTER: &[u8] = "\u{fffd}".as_bytes();

/// How a file's characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// There is no such encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no encoding known here: write utf-8, windows-1252, iso-8859-15, macintosh, utf-16le, or another name of the web's"
)]
pub struct UnknownEncoding;

impl Default for Encoding {
    fn default() -> Self {
        Self(UTF_8)
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(label: &str) -> Result<Self, UnknownEncoding> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Self).ok_or(UnknownEncoding)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// What stands between the fields of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Separator {
    /// `,`
    #[default]
    Comma,
    /// `;`, where a comma stands before decimals.
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
}

impl Separator {
    const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }
}

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Comma => "commas",
            Self::Semicolon => "semicolons",
            Self::Tab => "tabs",
            Self::Bar => "bars",
        })
    }
}

/// How a file turned out to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Format {
    /// The one that its mark names, else the one that was told.
    pub encoding: Encoding,
    /// The one by which its first line names most of what is looked for.
    pub separator: Separator,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, with {} between fields", self.encoding, self.separator)
    }
}

type Bytes<R> = Lines<DecodeReaderBytes<Chain<Cursor<Vec<u8>>, R>, Vec<u8>>>;

/// What was read of it already, and the rest.
type Whole<R> = Chain<Cursor<Vec<u8>>, BufReader<Bytes<R>>>;

/// The records of a file, read as they are asked for.
pub(super) struct Records<R: Read> {
    reader: csv::Reader<Whole<R>>,
    pub(super) format: Format,
    /// The names of the columns, trimmed.
    pub(super) heads: Vec<String>,
}

/// A record, and the line it begins with; the file's first is 1.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) line: u64,
    /// None where it is not in the file's encoding.
    pub(super) fields: Option<csv::StringRecord>,
}

impl<R: Read> Records<R> {
    /// Reads the first line, in which these columns are looked for.
    pub(super) fn open(source: R, told: Encoding, wanted: &[&str]) -> Result<Self, ImportError> {
        let (bytes, encoding) = decoded(source, told).map_err(csv::Error::from)?;
        let mut bytes = BufReader::new(bytes);
        let mut head = Vec::new();
        while head.trim_ascii().is_empty() {
            let room = HEAD_BYTES_MAX.saturating_sub(u64::try_from(head.len()).unwrap_or(u64::MAX));
            let count = bytes.by_ref().take(room).read_until(b'\n', &mut head).map_err(csv::Error::from)?;
            if count == 0 {
                break;
            }
        }
        let named = |separator: Separator| {
            let heads = heads(&head, separator);
            let count =
                wanted.iter().filter(|column| heads.iter().any(|head| is_named(head, column))).count();
            (count, heads, separator)
        };
        // Of equals the last is taken: the comma.
        let found = Separator::ALL.into_iter().rev().map(named).max_by_key(|(count, ..)| *count);
        let (_, heads, separator) = found.unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(Cursor::new(head).chain(bytes));
        reader.read_byte_record(&mut csv::ByteRecord::new())?;
        Ok(Self { reader, format: Format { encoding, separator }, heads })
    }

    /// The next record; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Record>, ImportError> {
        let mut record = csv::ByteRecord::new();
        if !self.reader.read_byte_record(&mut record)? {
            return Ok(None);
        }
        // The reader stands behind the record's last line; before it, it may have passed blank ones.
        let lines = record.as_slice().split(|byte| *byte == b'\n').count();
        let lines = u64::try_from(lines).unwrap_or(u64::MAX);
        let line = self.reader.position().line().saturating_sub(lines);
        let is_decoded = self.format.encoding != Encoding::default();
        let is_garbled =
            is_decoded && record.as_slice().windows(NO_CHARACTER.len()).any(|part| part == NO_CHARACTER);
        let fields = csv::StringRecord::from_byte_record(record).ok().filter(|_| !is_garbled);
        Ok(Some(Record { line, fields }))
    }
}

/// Whether a column's name is this one.
pub(super) fn is_named(head: &str, column: &str) -> bool {
    head.eq_ignore_ascii_case(column)
}

fn heads(line: &[u8], separator: Separator) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator.byte()).has_headers(false).from_reader(line);
    let mut record = csv::ByteRecord::new();
    // What cannot be read names nothing.
    let _ = reader.read_byte_record(&mut record);
    record.iter().map(|head| String::from_utf8_lossy(head).trim().to_owned()).collect()
}

/// The file's bytes as UTF-8, without the mark of its encoding and with one end for each line; and its
/// encoding. What is to be UTF-8 comes as it is.
fn decoded<R: Read>(mut source: R, told: Encoding) -> IoResult<(Bytes<R>, Encoding)> {
    let mut mark = Vec::new();
    source.by_ref().take(MARK_BYTES_MAX).read_to_end(&mut mark)?;
    let (encoding, length) = encoding_rs::Encoding::for_bom(&mark).unwrap_or((told.0, 0));
    mark.drain(..length);
    let bytes = DecodeReaderBytesBuilder::new()
        .encoding((encoding != UTF_8).then_some(encoding))
        .bom_sniffing(false)
        .build(Cursor::new(mark).chain(source));
    Ok((Lines { inner: BufReader::new(bytes), last: b'\n', was_return: false }, Encoding(encoding)))
}

/// Bytes whose lines all end with one `\n`, the last one too: so lines can be counted.
struct Lines<R> {
    inner: BufReader<R>,
    last: u8,
    was_return: bool,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        loop {
            let given = self.inner.fill_buf()?;
            let is_over = given.is_empty();
            let given: &[u8] = if is_over && self.last != b'\n' { b"\n" } else { given };
            let (mut taken, mut written) = (0_usize, 0_usize);
            let mut room = buffer.iter_mut();
            for byte in given {
                let is_second = *byte == b'\n' && self.was_return;
                if !is_second {
                    let Some(place) = room.next() else { break };
                    self.last = if *byte == b'\r' { b'\n' } else { *byte };
                    *place = self.last;
                    written = written.saturating_add(1);
                }
                self.was_return = *byte == b'\r';
                taken = taken.saturating_add(1);
            }
            if !is_over {
                self.inner.consume(taken);
            }
            if written > 0 || is_over || buffer.is_empty() {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = Option<Vec<String>>;

    fn read(bytes: &[u8], told: &str) -> (Format, Vec<(u64, Fields)>) {
        let mut records = Records::open(bytes, told.parse().unwrap(), &["id", "name"]).unwrap();
        let mut all = Vec::new();
        while let Some(Record { line, fields }) = records.next().unwrap() {
            all.push((line, fields.map(|fields| fields.iter().map(str::to_owned).collect())));
        }
        (records.format, all)
    }

    fn lines(bytes: &[u8]) -> Vec<u64> {
        read(bytes, "utf-8").1.into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn lines_are_those_of_the_file() {
        for end in ["\n", "\r\n", "\r"] {
            let text = |lines: &str| lines.replace('/', end).into_bytes();
            assert_eq!(lines(&text("id,name/1,a/2,b/3,c")), [2, 3, 4], "{end:?}");
            assert_eq!(lines(&text("//id,name//1,a///2,b/")), [5, 8], "{end:?}");
            assert_eq!(lines(&text("id,name/1,\"a/b/c\"//2,b/3,\"c/\"/4,d")), [2, 6, 7, 9], "{end:?}");
        }
    }

    #[test]
    fn separator_is_the_one_that_names_the_columns() {
        for (mark, separator) in [
            (',', Separator::Comma),
            (';', Separator::Semicolon),
            ('\t', Separator::Tab),
            ('|', Separator::Bar),
        ] {
            let text = format!("ID{mark}\" Name \"{mark}x\n1{mark}a{mark}\n");
            let (format, records) = read(text.as_bytes(), "utf-8");
            assert_eq!((format.separator, records[0].1.as_ref().unwrap()[1].as_str()), (separator, "a"));
        }
        assert_eq!(read(b"nothing;of,this\n", "utf-8").0.separator, Separator::Comma);
        assert_eq!(read(b"", "utf-8").0, Format::default());
    }

    #[test]
    fn encoding_is_the_one_of_the_mark_or_the_one_that_is_told() {
        let name = |bytes: &[u8], told| {
            let (format, records) = read(bytes, told);
            (format.encoding.to_string(), records[0].1.as_ref().map(|fields| fields[1].clone()))
        };
        let said = |encoding: &str, name: &str| (encoding.to_owned(), Some(name.to_owned()));
        assert_eq!(name(b"id,name\n1,Z\xfcrich \x80", "windows-1252"), said("windows-1252", "Zürich €"));
        assert_eq!(name("\u{feff}id,name\n1,Zürich".as_bytes(), "windows-1252"), said("UTF-8", "Zürich"));
        let wide: Vec<u8> = "\u{feff}id,name\n1,Zürich".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(name(&wide, "utf-8"), said("UTF-16LE", "Zürich"));
        assert_eq!(name(b"id,name\n1,Z\xfcrich", "utf-8"), ("UTF-8".to_owned(), None));
        assert_eq!(name(b"id,name\n1,\x81\xff", "shift_jis"), ("Shift_JIS".to_owned(), None));
        assert_eq!("nothing".parse::<Encoding>(), Err(UnknownEncoding));
    }
}
