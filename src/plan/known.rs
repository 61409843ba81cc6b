//! Plans that are run many times over: what one run made is handed to the next as columns of the
//! data, so that only what changes is computed again.

use super::op::{Op, Register};
use super::order;
use super::{OutputPlan, Plan};

impl Plan {
    /// The same plan, which also keeps these registers as a whole, for customers who are kept out too.
    pub fn keeping(mut self, registers: &[Register]) -> Plan {
        for register in registers {
            let ty = self.node(*register).ty.clone();
            self.results.outputs.push(OutputPlan {
                header: String::new(),
                ty,
                register: *register,
                for_excluded: true,
            });
        }
        self.ordered()
    }

    /// The same plan in which some registers are known: what each is instead of what it was.
    pub fn with_known(mut self, known: Vec<(Register, Op)>) -> Plan {
        for (register, op) in known {
            if let Some(node) = self.nodes.get_mut(register.0) {
                node.op = op;
            }
        }
        self.ordered()
    }

    /// The order of the work anew.
    fn ordered(mut self) -> Plan {
        let kept = self.results.kept(self.wanted);
        let order = order::order(&self.nodes, &self.sinks, &kept, &[]);
        self.stages = order.stages;
        self.live = order.live;
        self.keep_until = order.keep_until;
        self
    }
}
