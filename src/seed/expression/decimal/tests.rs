use super::*;
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn as_postgresql_counts() {
    for (shown, expected) in [
        (
            decimal("100.00").divide(decimal("3")),
            "33.3333333333333333",
        ),
        (decimal("1").divide(decimal("3")), "0.33333333333333333333"),
        (decimal("-7").divide(decimal("2")), "-3.5000000000000000"),
        (
            decimal("50000").divide(decimal("7")),
            "7142.8571428571428571",
        ),
        (decimal("0.5").add(decimal("1e2")), "100.5"),
        (decimal("-0.055").round(2), "-0.06"),
        (decimal("0.04").round(1), "0.0"),
        (decimal("-1.5").floor(), "-2"),
        (decimal("-1.5").ceil(), "-1"),
        (decimal("-7.5").remainder(decimal("2")), "-1.5"),
        (Decimal::from_float(0.1 + 0.2), "0.3"),
        (Decimal::from_float(1e20), "100000000000000000000"),
    ] {
        assert_eq!(shown.unwrap().to_string(), expected);
    }
}

#[test]
fn orders_across_scales() {
    let great = Decimal {
        unscaled: i128::MAX,
        scale: 0,
    };
    assert_eq!(great.compare(decimal("0.01")), Ordering::Greater);
    assert_eq!(decimal("1.0").compare(decimal("1.00")), Ordering::Equal);
    assert_eq!(decimal("-1e-40").compare(decimal("0")), Ordering::Less);
}

proptest! {
    #[test]
    fn whole_numbers(a in -1_000_000_000i64.., b in any::<i64>()) {
        let (x, y) = (Decimal::from(a), Decimal::from(b));
        let (a, b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(x.add(y).unwrap().unscaled, a + b);
        prop_assert_eq!(x.multiply(y).unwrap().unscaled, a * b);
        prop_assert_eq!(x.compare(y), a.cmp(&b));
        if b != 0 {
            prop_assert_eq!(x.remainder(y).unwrap().unscaled, a % b);
        }
    }

    #[test]
    fn scaled(a in any::<i64>(), b in any::<i64>(), s in 0u16..12, t in 0u16..6) {
        let x = Decimal { unscaled: i128::from(a), scale: s };
        let y = Decimal { unscaled: i128::from(b), scale: t };
        let sum = x.add(y).unwrap();
        prop_assert_eq!(sum.add(y.negated().unwrap()).unwrap().compare(x), Ordering::Equal);
        prop_assert_eq!(Decimal::parse(&x.to_string()).unwrap().unscaled, x.unscaled);
        prop_assert_eq!(x.round(t).unwrap().round(t).unwrap().unscaled, x.round(t).unwrap().unscaled);
    }
}
