//! Places, languages and money, the usual ones first.

/// Countries with their codes, mostly the first.
pub(in crate::seed::provider) const COUNTRIES: &[(&str, &str)] = &[
    ("US", "United States"),
    ("CA", "Canada"),
    ("GB", "United Kingdom"),
    ("MX", "Mexico"),
    ("DE", "Germany"),
    ("FR", "France"),
    ("IN", "India"),
    ("AU", "Australia"),
    ("ES", "Spain"),
    ("IT", "Italy"),
    ("NL", "Netherlands"),
    ("BR", "Brazil"),
    ("IE", "Ireland"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("JP", "Japan"),
    ("SG", "Singapore"),
];

/// Usual names of counties.
pub(in crate::seed::provider) const COUNTIES: &[&str] = &[
    "Washington",
    "Jefferson",
    "Franklin",
    "Jackson",
    "Lincoln",
    "Madison",
    "Montgomery",
    "Clay",
    "Union",
    "Marion",
    "Monroe",
    "Wayne",
    "Greene",
    "Orange",
    "Lake",
    "Travis",
    "Harris",
    "King",
    "Fulton",
    "Wake",
];

/// Usual names of streets.
pub(in crate::seed::provider) const STREETS: &[&str] = &[
    "Main",
    "Oak",
    "Maple",
    "Cedar",
    "Park",
    "Washington",
    "Elm",
    "Lake",
    "Hill",
    "Pine",
    "Walnut",
    "Spring",
    "North",
    "Ridge",
    "Church",
    "Willow",
    "Mill",
    "Sunset",
    "Lincoln",
    "Cherry",
    "Highland",
    "River",
    "Jackson",
    "Meadow",
    "Franklin",
    "Forest",
    "Center",
    "Chestnut",
    "Spruce",
    "Magnolia",
    "College",
    "Dogwood",
    "Laurel",
    "Juniper",
    "Sycamore",
];

/// What streets are.
pub(in crate::seed::provider) const STREET_ENDS: &[&str] = &[
    "St", "Ave", "Dr", "Rd", "Ln", "Blvd", "Ct", "Way", "Pl", "Cir", "Ter", "Pkwy",
];

/// The codes of the states.
pub(in crate::seed::provider) const STATE_CODES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS",
    "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY",
    "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV",
    "WI", "WY",
];

/// Codes of currencies, mostly the first.
pub(in crate::seed::provider) const CURRENCIES: &[&str] = &["USD", "EUR", "GBP", "CAD", "AUD"];

/// Names of time zones.
pub(in crate::seed::provider) const TIME_ZONES: &[&str] = &[
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Denver",
    "America/Phoenix",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Australia/Sydney",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Toronto",
    "America/Sao_Paulo",
    "Asia/Tokyo",
];

/// Codes of languages.
pub(in crate::seed::provider) const LANGUAGES: &[&str] =
    &["en", "es", "fr", "de", "pt", "hi", "it", "zh"];

/// Codes of languages with their countries.
pub(in crate::seed::provider) const LOCALES: &[&str] = &[
    "en-US", "en-GB", "es-US", "es-MX", "fr-CA", "de-DE", "pt-BR", "hi-IN",
];
