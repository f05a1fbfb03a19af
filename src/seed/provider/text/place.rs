//! Places in the United States.

use rand_chacha::ChaCha8Rng;

use super::{Topic, chance, code, person, words};

/// A city with its state and the start of its postal codes.
#[derive(Debug)]
pub(in crate::seed::provider) struct City {
    pub(super) name: &'static str,
    state: &'static str,
    code: &'static str,
    zip: &'static str,
}

/// Draws a city, mostly one of the larger ones.
pub(super) fn city(rng: &mut ChaCha8Rng) -> &'static City {
    &CITIES[chance::early(rng, CITIES.len())]
}

/// Draws a street with a number.
pub(super) fn street(rng: &mut ChaCha8Rng, out: &mut String) {
    let unit = chance::unit(rng);
    code::push_number(1 + (unit * unit * 9800.0) as u64, out);
    out.push(' ');
    if chance::percent(rng, 70) {
        out.push_str(words::STREETS[chance::early(rng, words::STREETS.len())]);
    } else {
        out.push_str(person::last_name(rng));
    }
    out.push(' ');
    out.push_str(words::STREET_ENDS[chance::early(rng, words::STREET_ENDS.len())]);
    if chance::percent(rng, 15) {
        out.push_str(" Apt ");
        code::push_number(1 + chance::below(rng, 40), out);
    }
}

/// Draws the state or the postal code of a city.
pub(super) fn of_city(topic: Topic, name: Option<&str>, rng: &mut ChaCha8Rng, out: &mut String) {
    let known = name.and_then(|name| CITIES.iter().find(|city| city.name == name));
    let city = known.unwrap_or_else(|| city(rng));
    match topic {
        Topic::State => out.push_str(city.state),
        Topic::StateCode => out.push_str(city.code),
        _ => {
            out.push_str(city.zip);
            code::digits(rng, 5 - city.zip.len() as u8, out);
        }
    }
}

/// The names of the cities, for keys.
pub(super) fn cities() -> impl Clone + Iterator<Item = &'static str> {
    CITIES.iter().map(|city| city.name)
}

const fn at(
    name: &'static str,
    state: &'static str,
    code: &'static str,
    zip: &'static str,
) -> City {
    City {
        name,
        state,
        code,
        zip,
    }
}

const CITIES: &[City] = &[
    at("New York", "New York", "NY", "100"),
    at("Los Angeles", "California", "CA", "900"),
    at("Chicago", "Illinois", "IL", "606"),
    at("Houston", "Texas", "TX", "770"),
    at("Phoenix", "Arizona", "AZ", "850"),
    at("Philadelphia", "Pennsylvania", "PA", "191"),
    at("San Antonio", "Texas", "TX", "782"),
    at("San Diego", "California", "CA", "921"),
    at("Dallas", "Texas", "TX", "752"),
    at("Austin", "Texas", "TX", "787"),
    at("Jacksonville", "Florida", "FL", "322"),
    at("Fort Worth", "Texas", "TX", "761"),
    at("San Jose", "California", "CA", "951"),
    at("Columbus", "Ohio", "OH", "432"),
    at("Charlotte", "North Carolina", "NC", "282"),
    at("Indianapolis", "Indiana", "IN", "462"),
    at("Seattle", "Washington", "WA", "981"),
    at("Denver", "Colorado", "CO", "802"),
    at("Oklahoma City", "Oklahoma", "OK", "731"),
    at("Nashville", "Tennessee", "TN", "372"),
    at("El Paso", "Texas", "TX", "799"),
    at("Las Vegas", "Nevada", "NV", "891"),
    at("Boston", "Massachusetts", "MA", "021"),
    at("Detroit", "Michigan", "MI", "482"),
    at("Portland", "Oregon", "OR", "972"),
    at("Louisville", "Kentucky", "KY", "402"),
    at("Memphis", "Tennessee", "TN", "381"),
    at("Baltimore", "Maryland", "MD", "212"),
    at("Milwaukee", "Wisconsin", "WI", "532"),
    at("Albuquerque", "New Mexico", "NM", "871"),
    at("Tucson", "Arizona", "AZ", "857"),
    at("Fresno", "California", "CA", "937"),
    at("Sacramento", "California", "CA", "958"),
    at("Atlanta", "Georgia", "GA", "303"),
    at("Kansas City", "Missouri", "MO", "641"),
    at("Colorado Springs", "Colorado", "CO", "809"),
    at("Raleigh", "North Carolina", "NC", "276"),
    at("Omaha", "Nebraska", "NE", "681"),
    at("Miami", "Florida", "FL", "331"),
    at("Minneapolis", "Minnesota", "MN", "554"),
    at("Tulsa", "Oklahoma", "OK", "741"),
    at("Tampa", "Florida", "FL", "336"),
    at("New Orleans", "Louisiana", "LA", "701"),
    at("Cleveland", "Ohio", "OH", "441"),
    at("Honolulu", "Hawaii", "HI", "968"),
    at("Pittsburgh", "Pennsylvania", "PA", "152"),
    at("Cincinnati", "Ohio", "OH", "452"),
    at("Orlando", "Florida", "FL", "328"),
    at("St. Louis", "Missouri", "MO", "631"),
    at("Richmond", "Virginia", "VA", "232"),
    at("Boise", "Idaho", "ID", "837"),
    at("Salt Lake City", "Utah", "UT", "841"),
    at("Des Moines", "Iowa", "IA", "503"),
    at("Spokane", "Washington", "WA", "992"),
    at("Charleston", "South Carolina", "SC", "294"),
    at("Savannah", "Georgia", "GA", "314"),
    at("Madison", "Wisconsin", "WI", "537"),
    at("Providence", "Rhode Island", "RI", "029"),
    at("Burlington", "Vermont", "VT", "054"),
    at("Anchorage", "Alaska", "AK", "995"),
];
