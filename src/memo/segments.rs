//! The groups of a model in a memo: clause by clause, or as the two-axis table stands on the board.

use super::axes::limit;
use super::page::{Block, Page, capital, sentence};
use super::words::Words;
use crate::model::program::{Board, BoardBand, Literal, Segmentation, SegmentationId};
use crate::model::types::Type;

/// All segmentations; those that the unnamed one builds on stand where the file has them.
pub fn segments(words: &Words<'_>, page: &mut Page) {
    for (at, segmentation) in words.program.segmentations.iter().enumerate() {
        let heading = match &segmentation.name {
            Some(name) => words.say("head.segmentation", &[("name", &words.pretty(name))]),
            None => words.say("head.segments", &[]),
        };
        page.push(Block::Heading(heading));
        one(words, SegmentationId(at), segmentation, page);
    }
}

fn one(words: &Words<'_>, id: SegmentationId, segmentation: &Segmentation, page: &mut Page) {
    if segmentation.clauses.len() > 1 {
        let key = match segmentation.exclusive {
            true => "segments.exclusive",
            false => "segments.first",
        };
        page.push(Block::Paragraph(words.say(key, &[])));
    }
    let items = segmentation.clauses.iter().map(|clause| {
        let segment = words.strong(&words.segment(id, clause.segment));
        let mut text = match &clause.when {
            Some(when) => {
                let condition = words.condition(when);
                let values = [("segment", segment.as_str()), ("condition", &condition)];
                words.say("segment.when", &values)
            }
            None => words.say("segment.otherwise", &[("segment", &segment)]),
        };
        if let Some(stays) = &clause.stays {
            let condition = words.condition(stays);
            text += &format!(
                " {}",
                words.say("segment.stays", &[("condition", &condition)])
            );
        }
        if let Some(because) = &clause.because {
            text += &format!(" {}", sentence(because));
        }
        text
    });
    let items: Vec<String> = items.collect();
    if !items.is_empty() {
        page.push(Block::List(items));
    }
    if let Some(table) = &segmentation.board {
        board(words, id, table, page);
    }
}

fn board(words: &Words<'_>, id: SegmentationId, board: &Board, page: &mut Page) {
    let (rows, columns) = (words.words(&board.rows_by), words.words(&board.columns_by));
    let values = [("rows", rows.as_str()), ("columns", &columns)];
    page.push(Block::Paragraph(words.say("board.intro", &values)));
    let mut head = vec![format!("{} \\ {}", capital(&rows), capital(&columns)).replace('\\', "/")];
    head.extend(
        board
            .columns
            .iter()
            .map(|it| band(words, &board.columns_written, it)),
    );
    let lines = board.rows.iter().zip(&board.cells).map(|(row, cells)| {
        let mut line = vec![capital(&band(words, &board.rows_written, row))];
        line.extend(cells.iter().map(|segment| words.segment(id, *segment)));
        line
    });
    page.push(Block::Table(head, lines.collect()));
}

fn band(words: &Words<'_>, written: &Type, band: &BoardBand) -> String {
    match band {
        BoardBand::Otherwise => words.say("board.others", &[]),
        BoardBand::Compare(operator, number) => {
            let literal = match written {
                Type::Steps(_) => Literal::Choice(u32::try_from(*number).unwrap_or(0)),
                _ => Literal::Number(*number),
            };
            limit(words, *operator, &words.literal(written, &literal))
        }
    }
}
