//! Arrays and ranges.

use super::*;

#[test]
fn arrays_and_ranges() {
    let database = Database::new();
    database.execute("CREATE TYPE color AS ENUM ('red', 'grün')");
    let of = |name: &str, shape| kind(&database, name, shape);
    let array = |element: Kind| {
        let name = format!("{}[]", element.name);
        of(&name, Shape::Array(Box::new(element)))
    };
    let values = Value::Array;
    let color = of("color", Shape::Enum(vec!["red".into(), "grün".into()]));
    let numeric = of("numeric", Shape::Numeric(None));
    let integer = of("integer", Shape::Int(4));
    let stamp = of("timestamptz", Shape::Timestamp);
    let date = of("date", Shape::Date);
    let ranged = |name: &str, bound: &Kind| of(name, Shape::Range(Box::new(bound.clone())));
    same(
        &database,
        vec![
            Column::new(
                array(of("text", Shape::Text(None))),
                [
                    (values(vec![]), "{}"),
                    (values(vec![Value::Null]), "{NULL}"),
                    (
                        values(vec![text("NULL"), Value::Null, text(""), text("{grün,\"}")]),
                        "{\"NULL\",NULL,\"\",\"{grün,\\\"}\"}",
                    ),
                ],
            ),
            Column::new(
                array(color),
                [(values(vec![text("grün"), text("red")]), "{grün,red}")],
            ),
            Column::new(
                array(integer.clone()),
                [
                    (values(vec![Value::Int(-1), Value::Null]), "{-1,NULL}"),
                    (values(vec![]), "{}"),
                ],
            ),
            Column::new(
                array(numeric.clone()),
                [(values(vec![decimal(-150, 2), Value::Int(0)]), "{-1.50,0}")],
            ),
            Column::new(
                array(of("uuid", Shape::Uuid)),
                [(
                    values(vec![Value::Uuid(1)]),
                    "{00000000-0000-0000-0000-000000000001}",
                )],
            ),
            Column::new(
                ranged("int4range", &integer),
                [
                    (range(Value::Int(-5), Value::Int(5)), "[-5,5)"),
                    (range(Value::Int(5), Value::Int(5)), "[5,5)"),
                    (range(Value::Null, Value::Int(5)), "(,5)"),
                    (range(Value::Null, Value::Null), "(,)"),
                ],
            ),
            Column::new(
                ranged("numrange", &numeric),
                [(
                    range(decimal(1, 4), decimal(10_i128.pow(30), 0)),
                    "[0.0001,1e30)",
                )],
            ),
            Column::new(
                ranged("daterange", &date),
                [
                    (
                        range(Value::Date(YEAR_1), Value::Date(YEAR_9999)),
                        "[0001-01-01,9999-12-31)",
                    ),
                    (range(Value::Date(0), Value::Null), "[2000-01-01,)"),
                ],
            ),
            Column::new(
                ranged("tstzrange", &stamp),
                [(
                    range(Value::Timestamp(0), Value::Timestamp(DAY)),
                    "[2000-01-01 00:00+00,2000-01-02 00:00+00)",
                )],
            ),
            Column::new(
                array(ranged("int4range", &integer)),
                [(
                    values(vec![range(Value::Int(1), Value::Int(2)), Value::Null]),
                    "{\"[1,2)\",NULL}",
                )],
            ),
        ],
    );
}
