//! Numbers.

use super::Name::{self, Ends, Has, Is};
use crate::seed::provider::limits::Limits;
use crate::seed::provider::span::{Lean, Span};
use crate::seed::provider::{Choice, Source};
use crate::seed::value::{Shape, Value};

/// The ends in thousandths.
type Ranged = (i64, i64, Lean);

pub(super) fn by_name(column: &str, limits: &Limits) -> Option<Source> {
    let is_int = matches!(limits.kind.shape, Shape::Int(_));
    if is_int && column.ends_with("status_code") {
        return codes(
            &[
                200, 201, 204, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503,
            ],
            limits,
        );
    }
    if is_int && column.ends_with("port") {
        return codes(&[587, 465, 25, 443, 8080, 5060], limits);
    }
    if is_share(column) {
        let high = if shares_to_hundred(&limits.kind.shape) {
            100_000
        } else {
            1000
        };
        return Span::new(limits, 0, high, Lean::Middle).map(Source::Span);
    }
    let (low, high, lean) = super::first(RULES, column)?;
    Span::new(limits, low, high, lean).map(Source::Span)
}

pub(super) fn by_type(limits: &Limits) -> Option<Source> {
    let high = match limits.kind.shape {
        Shape::Int(2) => 100_000,
        Shape::Numeric(_) | Shape::Float(_) => 500_000,
        _ => 1_000_000,
    };
    Span::new(limits, 0, high, Lean::Small).map(Source::Span)
}

fn codes(codes: &[i64], limits: &Limits) -> Option<Source> {
    let codes = codes.iter().map(|code| Value::Int(*code));
    let allowed: Vec<Value> = codes.filter(|code| limits.allow(code)).collect();
    (!allowed.is_empty()).then(|| Source::Choice(Choice::even(allowed)))
}

fn is_share(column: &str) -> bool {
    let words = [
        "percent",
        "percentage",
        "pct",
        "rate",
        "probability",
        "score",
        "progress",
    ];
    words.iter().any(|word| column.ends_with(word)) || column.starts_with("percent_")
}

/// Whether a share is of a hundred, not of one: there are two digits before the point.
fn shares_to_hundred(shape: &Shape) -> bool {
    match shape {
        Shape::Int(_) | Shape::Numeric(None) => true,
        Shape::Numeric(Some((precision, scale))) => precision.saturating_sub(*scale) >= 2,
        _ => false,
    }
}

use Lean::{Even, Middle, Small};

const RULES: &[(Name, Ranged)] = &[
    (Has("year"), (1_950_000, 2_019_000, Middle)),
    (Is("hour"), (0, 23_000, Middle)),
    (Is("minute"), (0, 59_000, Even)),
    (Is("month"), (1000, 12_000, Even)),
    (Is("day"), (1000, 28_000, Even)),
    (Has("weekday"), (0, 6000, Even)),
    (Has("day_of_week"), (0, 6000, Even)),
    (Ends("age"), (18_000, 80_000, Middle)),
    (Ends("latitude"), (25_000, 48_000, Even)),
    (Is("lat"), (25_000, 48_000, Even)),
    (Ends("longitude"), (-123_000, -71_000, Even)),
    (Is("lng"), (-123_000, -71_000, Even)),
    (Is("lon"), (-123_000, -71_000, Even)),
    (Has("temperature"), (0, 1000, Even)),
    (Has("_sum"), (0, 5_000_000, Small)),
    (Has("bedroom"), (1000, 6000, Middle)),
    (Has("bathroom"), (1000, 4500, Middle)),
    (Has("square_f"), (600_000, 5_000_000, Middle)),
    (Has("acre"), (100, 10_000, Small)),
    (Has("per_minute"), (10, 500, Small)),
    (Has("per_lead"), (5000, 120_000, Small)),
    (Has("per_hour"), (15_000, 150_000, Middle)),
    (Ends("_ms"), (20_000, 5_000_000, Small)),
    (Has("millis"), (20_000, 5_000_000, Small)),
    (Has("duration_minutes"), (1000, 60_000, Small)),
    (Ends("minutes"), (1000, 120_000, Small)),
    (Has("timeout"), (5000, 60_000, Even)),
    (Has("second"), (5000, 1_800_000, Small)),
    (Has("duration"), (5000, 1_800_000, Small)),
    (Is("billsec"), (5000, 1_800_000, Small)),
    (Has("time_in"), (60_000, 3_600_000, Small)),
    (Ends("bytes"), (1_000_000, 5_000_000_000, Small)),
    (Ends("_size"), (1_000_000, 5_000_000_000, Small)),
    (Has("word"), (50_000, 2_000_000, Small)),
    (Has("unread"), (0, 3000, Small)),
    (Has("retries"), (0, 4000, Small)),
    (Has("attempt"), (0, 5000, Small)),
    (Has("segment"), (1000, 3000, Small)),
    (Ends("limit"), (10_000, 500_000, Small)),
    (Has("monthly"), (1000, 50_000, Small)),
    (Has("sale_price"), (60_000_000, 900_000_000, Small)),
    (Has("price"), (9000, 900_000_000, Small)),
    (Has("mortgage"), (20_000_000, 600_000_000, Middle)),
    (Has("salary"), (30_000_000, 180_000_000, Middle)),
    (Has("estimated_value"), (90_000_000, 900_000_000, Small)),
    (Has("deal_value"), (1_000_000, 400_000_000, Small)),
    (Has("offer"), (80_000_000, 900_000_000, Small)),
    (Has("commission"), (500_000, 25_000_000, Small)),
    (Ends("value"), (1_000_000, 400_000_000, Small)),
    (Has("revenue"), (1_000_000, 900_000_000, Small)),
    (Has("budget"), (500_000, 50_000_000, Small)),
    (Has("planned"), (500_000, 50_000_000, Small)),
    (Has("spent"), (10_000, 5_000_000, Small)),
    (Has("balance"), (0, 9_000_000, Small)),
    (Has("amount"), (10_000, 9_000_000, Small)),
    (Has("total_price"), (10_000, 9_000_000, Small)),
    (Has("cost"), (10, 4000, Small)),
    (Has("fee"), (10_000, 900_000, Small)),
    (Has("tax"), (1000, 900_000, Small)),
    (Has("discount"), (0, 50_000, Small)),
    (Has("credit"), (0, 500_000, Small)),
    (Ends("count"), (0, 20_000, Small)),
    (Has("clicks"), (0, 20_000, Small)),
    (Has("quantity"), (1000, 20_000, Small)),
    (Ends("qty"), (1000, 20_000, Small)),
    (Has("version"), (1000, 5000, Small)),
    (Has("position"), (1000, 12_000, Even)),
    (Has("rank"), (1000, 12_000, Even)),
    (Has("order"), (1000, 12_000, Even)),
    (Has("sequence"), (1000, 12_000, Even)),
    (Has("index"), (0, 12_000, Even)),
    (Ends("step"), (1000, 6000, Small)),
    (Has("priority"), (0, 10_000, Even)),
    (Is("level"), (1000, 5000, Even)),
    (Has("rating"), (1000, 5000, Middle)),
    (Has("total"), (0, 500_000, Small)),
    (Ends("calls"), (0, 200_000, Small)),
    (Ends("leads"), (0, 200_000, Small)),
];
