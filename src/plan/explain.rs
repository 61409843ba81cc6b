//! A plan as text, for people and for tests: stage by stage, one operation a line.
//! It reads the plan and changes nothing.

use super::Plan;
use super::op::{Register, Space};
use std::fmt::Write;

/// The plan as text.
pub fn explain(plan: &Plan) -> String {
    let mut text = String::new();
    for (number, stage) in plan.stages.iter().enumerate() {
        let _ = writeln!(text, "stage {}", number + 1);
        part(&mut text, plan, "once", &stage.scalars);
        for (space, registers) in &stage.rows {
            let name = match space {
                Space::Scalar => "once".to_owned(),
                Space::Customers => "each customer".to_owned(),
                Space::Table(table) => format!("each row of table {}", table.0 + 1),
                Space::Persons(names) => format!("each person of #{}", names.0),
            };
            part(&mut text, plan, &name, registers);
        }
        part(&mut text, plan, "over all rows", &stage.barriers);
    }
    text
}

fn part(text: &mut String, plan: &Plan, name: &str, registers: &[Register]) {
    if registers.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {name}");
    for register in registers {
        let node = plan.node(*register);
        let op = format!("{:?}", node.op).replace("Register(", "#(");
        let missing = if node.optional { "?" } else { "" };
        let whole = match plan.keep_until[register.0] {
            Some(_) => " whole",
            None => "",
        };
        let kind = format!("{:?}", node.kind).to_lowercase();
        let _ = writeln!(text, "    #{} {kind}{missing}{whole} = {op}", register.0);
    }
}
