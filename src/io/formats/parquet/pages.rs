//! Looks through the headers of a Parquet file's pages before any is unpacked: a page that says it
//! unpacks to more than a page may have is refused. It unpacks nothing itself.

/// The most bytes that a page may unpack to.
const LARGEST_PAGE: i64 = 128 << 20;

/// Looks through the pages of one column of one row group; the reason to refuse it.
pub fn look(bytes: &[u8], start: u64, length: u64) -> Result<(), String> {
    let outside = || "a column lies outside the file".to_string();
    let start = usize::try_from(start).map_err(|_| outside())?;
    let length = usize::try_from(length).map_err(|_| outside())?;
    let end = start.checked_add(length).ok_or_else(outside)?;
    let mut rest = bytes.get(start..end).ok_or_else(outside)?;
    while !rest.is_empty() {
        let mut header = Header { bytes: rest };
        let sizes = header.sizes().ok_or("a page has no readable header")?;
        if !(0..=LARGEST_PAGE).contains(&sizes.unpacked) {
            return Err(format!("a page unpacks to {} bytes", sizes.unpacked));
        }
        let packed = usize::try_from(sizes.packed).map_err(|_| outside())?;
        rest = header.bytes.get(packed..).ok_or_else(outside)?;
    }
    Ok(())
}

struct Sizes {
    unpacked: i64,
    packed: i64,
}

/// The rest of a header in Thrift's compact form.
struct Header<'a> {
    bytes: &'a [u8],
}

/// How deep structures may lie in each other.
const DEEPEST: u32 = 16;

impl Header<'_> {
    /// Reads a whole header and keeps its second and third field.
    fn sizes(&mut self) -> Option<Sizes> {
        let (mut unpacked, mut packed) = (None, None);
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (2, 5) => unpacked = Some(self.signed()?),
                (3, 5) => packed = Some(self.signed()?),
                _ => self.skip(kind, 0)?,
            }
        }
        Some(Sizes {
            unpacked: unpacked?,
            packed: packed?,
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn whole(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number whose lowest bit is its sign.
    fn signed(&mut self) -> Option<i64> {
        let value = self.whole()?;
        let half = i64::try_from(value >> 1).ok()?;
        Some(if value & 1 == 1 { -half - 1 } else { half })
    }

    /// The type of the next field, whose number is set; nothing at the end of the structure.
    fn field(&mut self, number: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *number = match byte >> 4 {
            0 => self.signed()?,
            step => number.checked_add(i64::from(step))?,
        };
        Some(Some(byte & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 => {}
            3 => {
                self.byte()?;
            }
            4..=6 => {
                self.whole()?;
            }
            7 => self.pass(8)?,
            8 => {
                let length = usize::try_from(self.whole()?).ok()?;
                self.pass(length)?;
            }
            9 | 10 => {
                let byte = self.byte()?;
                let count = match byte >> 4 {
                    15 => self.whole()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    match byte & 0x0f {
                        // A flag in a list takes a byte; as a field it takes none.
                        1 | 2 => drop(self.byte()?),
                        kind => self.skip(kind, depth + 1)?,
                    }
                }
            }
            12 => {
                let mut number = 0;
                while let Some(kind) = self.field(&mut number)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    fn pass(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::look;

    /// A header of a data page: type 0, so large unpacked, so large packed.
    fn header(unpacked: u32, packed: u8) -> Vec<u8> {
        let mut bytes = vec![0x15, 0, 0x15];
        let mut rest = u64::from(unpacked) << 1;
        while rest >= 0x80 {
            bytes.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        bytes.extend([0x15, packed << 1, 0x2c, 0x15, 2, 0x18, 1, b'x', 0, 0]);
        bytes.extend(vec![9; usize::from(packed)]);
        bytes
    }

    #[test]
    fn pages_that_are_too_large_are_refused() {
        let good = [header(100, 10), header(1000, 20)].concat();
        assert_eq!(look(&good, 0, good.len() as u64), Ok(()));
        let bomb = [header(100, 10), header(2_000_000_000, 20)].concat();
        let reason = "a page unpacks to 2000000000 bytes";
        assert_eq!(look(&bomb, 0, bomb.len() as u64), Err(reason.into()));
        for (start, length) in [(0, u64::MAX), (5, 1000), (1, 10), (0, 15)] {
            assert!(look(&good, start, length).is_err(), "{start} {length}");
        }
    }
}
