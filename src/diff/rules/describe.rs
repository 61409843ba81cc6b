//! A loaded model → its declarations taken apart, in the order of the layers. Weights are those that
//! count in the end, after every file and the scenario.

use super::fact::{Described, Fact, Unit};
use super::words::{Form, field_kind, joined, one_line, quoted};
use crate::session::Loaded;
use crate::syntax::tree::{Dataset, Field, Item, Lookup, LookupValues, Model, Text};

/// Takes a model apart.
pub(super) fn describe(loaded: &Loaded) -> Vec<Described> {
    let assembly = &loaded.assembly;
    let mut all: Vec<Described> = Vec::new();
    all.extend(assembly.model.as_ref().map(model));
    for dataset in assembly.customers.iter().chain(&assembly.tables) {
        self::dataset(dataset, &mut all);
    }
    if !assembly.rates.is_empty() {
        let rates = assembly.rates.iter();
        let facts = rates.map(|rate| {
            let what = format!("rate of `{}`", rate.currency.value);
            Fact::new(what, |form| form.expr(&rate.rate))
        });
        all.push(Described::new(Unit::Rates, "rates").with(facts));
    }
    all.extend(assembly.lookups.iter().map(lookup));
    all.extend(params(loaded));
    for it in &assembly.lets {
        let name = &it.name.value;
        let value = Fact::new(format!("let `{name}`"), |form| form.expr(&it.value));
        let text = format!("= {}", value.shown);
        all.push(
            Described::new(Unit::Let(name.clone()), format!("let `{name}`"))
                .saying(text)
                .with([value])
                .with(label(&format!("let `{name}`"), &it.label)),
        );
    }
    for it in &assembly.excludes {
        let reason = &it.reason.value;
        let title = format!("exclude {}", quoted(reason));
        let condition = Fact::new(format!("condition of {title}"), |form| {
            form.expr(&it.condition)
        });
        all.push(
            Described::new(Unit::Exclude(reason.clone()), title)
                .saying(format!("when {}", condition.shown))
                .with([condition]),
        );
    }
    super::axes::axes(loaded, &mut all);
    super::segments::segmentations(loaded, &mut all);
    super::services::services(loaded, &mut all);
    portfolio(loaded, &mut all);
    tests_and_scenarios(loaded, &mut all);
    all
}

/// The label of a declaration, where it has one.
pub(super) fn label(title: &str, label: &Option<Text>) -> Option<Fact> {
    let label = label.as_ref()?;
    Some(Fact::words(
        format!("label of {title}"),
        quoted(&label.value),
    ))
}

/// The reason of a declaration, where it has one.
pub(super) fn because(title: &str, because: &Option<Text>) -> Option<Fact> {
    let because = because.as_ref()?;
    Some(Fact::words(
        format!("reason of {title}"),
        quoted(&because.value),
    ))
}

fn model(model: &Model) -> Described {
    let mut facts = vec![Fact::words("name of the model", quoted(&model.name.value))];
    let edition = model.edition.as_ref();
    facts.extend(edition.map(|it| Fact::words("edition", it.value.clone())));
    let currency = model.currency.as_ref();
    facts.extend(currency.map(|it| Fact::text("currency", it.value.clone())));
    if let Some(scores) = &model.scores {
        facts.push(Fact::new("scores", |form| {
            let range = format!(
                "{} to {}",
                form.expr(&scores.lowest),
                form.expr(&scores.highest)
            );
            match &scores.decimals {
                Some(decimals) => format!("{range} with {} decimals", form.expr(decimals)),
                None => range,
            }
        }));
    }
    if let Some((from, to)) = &model.valid {
        let text = |form: Form| format!("{} to {}", form.expr(from), form.expr(to));
        facts.push(Fact {
            moves: false,
            ..Fact::new("valid", text)
        });
    }
    let today = model.today.as_ref();
    facts.extend(today.map(|today| Fact::new("today of the model", |form| form.expr(today))));
    if !model.missing.is_empty() {
        let texts = joined(model.missing.iter().map(|it| quoted(&it.value)));
        facts.push(Fact::text("texts that stand for nothing", texts));
    }
    Described::new(Unit::Model, "model block").with(facts)
}

fn dataset(dataset: &Dataset, all: &mut Vec<Described>) {
    let name = &dataset.name.value;
    let title = match name.as_str() {
        "customers" => "customers".to_owned(),
        name => format!("table `{name}`"),
    };
    let unit = Unit::Dataset(name.clone());
    let mut facts = vec![Fact::text(
        format!("key of {title}"),
        format!("`{}`", dataset.key.value),
    )];
    if let Some(from) = &dataset.from {
        facts.push(Fact::text(format!("file of {title}"), quoted(&from.value)));
    }
    if dataset.one_per_customer {
        facts.push(Fact::text(format!("rows of {title}"), "one per customer"));
    }
    all.push(Described::new(unit.clone(), title.clone()).with(facts));
    for field in &dataset.fields {
        all.push(
            self::field(name, field)
                .inside(&title, Unit::Field(name.clone(), field.name.value.clone())),
        );
    }
}

fn field(dataset: &str, field: &Field) -> Described {
    let name = &field.name.value;
    let path = format!("`{dataset}.{name}`");
    let kind = field_kind(&field.kind, field.optional);
    let constraints = |form: Form| -> String {
        let all = field.constraints.iter().map(|it| form.constraint(it));
        all.collect::<Vec<String>>().join(" ")
    };
    let columns = field.columns.iter().map(|it| quoted(&it.value));
    let columns = columns.collect::<Vec<String>>().join(" or ");
    let text = [kind.as_str(), &constraints(Form::Written)].join(" ");
    let constraints = Fact::new(format!("constraint of {path}"), constraints);
    Described::new(
        Unit::Field(dataset.to_owned(), name.clone()),
        format!("field {path}"),
    )
    .saying(text.trim_end())
    .with([
        Fact::text(format!("type of {path}"), kind),
        constraints,
        Fact::text(format!("column of {path}"), columns),
    ])
    .with(label(&format!("field {path}"), &field.label))
}

fn lookup(lookup: &Lookup) -> Described {
    let name = &lookup.name.value;
    let mut facts = Vec::new();
    match &lookup.values {
        LookupValues::Inline { arms, otherwise } => {
            for arm in arms {
                for key in &arm.keys {
                    let what = format!("`{name}` of {}", Form::Exact.expr(key));
                    facts.push(Fact::new(what, |form| form.expr(&arm.value)));
                }
            }
            if let Some(otherwise) = otherwise {
                let what = format!("`{name}` of all others");
                facts.push(Fact::new(what, |form| form.expr(otherwise)));
            }
        }
        LookupValues::File {
            from,
            key,
            value,
            kind,
            optional,
            ..
        } => {
            let kind = field_kind(kind, *optional);
            let (from, key) = (quoted(&from.value), quoted(&key.value));
            let text = format!("from {from} {key} -> {} {kind}", quoted(&value.value));
            facts.push(Fact::text(format!("lookup `{name}`"), text));
        }
    }
    Described::new(Unit::Lookup(name.clone()), format!("lookup `{name}`")).with(facts)
}

/// The params, with the values that the command line gives.
fn params(loaded: &Loaded) -> Vec<Described> {
    let params = loaded.assembly.params.iter();
    let described = params.map(|param| {
        let name = &param.name.value;
        let title = format!("param `{name}`");
        let outside = loaded.params.iter().rev().find(|(set, _)| set == name);
        let value = outside.map_or(&param.value, |(_, value)| value);
        let value = Fact::new(title.clone(), |form| form.expr(value));
        let mut facts = vec![value.clone()];
        if let Some((low, high)) = &param.bounds {
            facts.push(Fact::new(format!("bounds of {title}"), |form| {
                format!("{} and {}", form.expr(low), form.expr(high))
            }));
        }
        Described::new(Unit::Param(name.clone()), title.clone())
            .saying(format!("= {}", value.shown))
            .with(facts)
            .with(label(&title, &param.label))
            .with(because(&title, &param.because))
    });
    described.collect()
}

/// Checks, warnings and the columns of the result: they move nobody.
fn portfolio(loaded: &Loaded, all: &mut Vec<Described>) {
    for check in &loaded.assembly.checks {
        let word = if check.only_warns { "warn" } else { "check" };
        let title = format!("{word} {}", quoted(&check.label.value));
        let condition = Fact::new(format!("condition of {title}"), |form| {
            form.expr(&check.condition)
        });
        all.push(
            Described::new(Unit::Check(check.label.value.clone()), title.clone())
                .saying(condition.shown.clone())
                .with([condition])
                .with(because(&title, &check.because))
                .only_words(),
        );
    }
    if let Some(output) = &loaded.assembly.output {
        let facts = output.columns.iter().map(|column| {
            let header = column.header.as_ref().map_or(&column.text, |it| &it.value);
            Fact::new(format!("column {}", quoted(header)), |form| {
                form.expr(&column.value)
            })
        });
        all.push(
            Described::new(Unit::Output, "output")
                .with(facts)
                .only_words(),
        );
    }
}

/// Tests and scenarios are compared by how they read.
fn tests_and_scenarios(loaded: &Loaded, all: &mut Vec<Described>) {
    let whole = |text: &str| Fact {
        same: one_line(text),
        ..Fact::default()
    };
    for test in &loaded.assembly.tests {
        let title = format!("test {}", quoted(&test.name.value));
        let fact = Fact {
            what: title.clone(),
            ..whole(loaded.sources.text(test.span))
        };
        all.push(
            Described::new(Unit::Test(test.name.value.clone()), title)
                .with([fact])
                .only_words(),
        );
    }
    let declarations = loaded
        .files
        .iter()
        .flat_map(|it| &it.parsed.tree.declarations);
    for declaration in declarations {
        let Item::Scenario(scenario) = &declaration.item else {
            continue;
        };
        let title = format!("scenario `{}`", scenario.name.value);
        let fact = Fact {
            what: title.clone(),
            ..whole(loaded.sources.text(declaration.span))
        };
        all.push(
            Described::new(Unit::Scenario(scenario.name.value.clone()), title)
                .with([fact])
                .only_words(),
        );
    }
}
