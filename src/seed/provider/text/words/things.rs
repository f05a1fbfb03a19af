//! Names of things, the usual ones first.

/// Names for anything.
pub(in crate::seed::provider) const NAMES: &[&str] = &[
    "Standard",
    "Premium",
    "Basic",
    "Enterprise",
    "Spring",
    "Summer",
    "Autumn",
    "Winter",
    "North",
    "South",
    "East",
    "West",
    "Alpha",
    "Beta",
    "Pilot",
    "Core",
    "Primary",
    "Secondary",
    "Regional",
    "National",
];

/// Marks of customers.
pub(in crate::seed::provider) const TAGS: &[&str] = &[
    "vip",
    "newsletter",
    "referral",
    "hot lead",
    "first-time buyer",
    "investor",
    "relocation",
    "follow up",
    "partner",
    "event",
    "past client",
    "high budget",
    "cash buyer",
    "renewal",
    "at risk",
    "local",
    "seasonal",
    "online",
    "priority",
    "trial",
];

/// Parts of a company.
pub(in crate::seed::provider) const TEAMS: &[&str] = &[
    "Sales",
    "Support",
    "Marketing",
    "Operations",
    "Finance",
    "Customer Success",
    "Partnerships",
    "Front Desk",
    "Field Team",
    "Leasing",
    "Listings",
    "Billing",
    "Engineering",
    "Human Resources",
    "Logistics",
];

/// Names of products and plans.
pub(in crate::seed::provider) const PRODUCTS: &[&str] = &[
    "Starter Plan",
    "Team Plan",
    "Business Plan",
    "Enterprise Plan",
    "Annual Support",
    "Onboarding Package",
    "Premium Listing",
    "Market Report",
    "Call Minutes",
    "Extra Seat",
    "Data Import",
    "Training Day",
];

/// Names of campaigns.
pub(in crate::seed::provider) const CAMPAIGNS: &[&str] = &[
    "Spring Open House",
    "Newsletter Sign-up",
    "Referral Rewards",
    "Winter Promotion",
    "First-Time Buyers",
    "Past Client Outreach",
    "Webinar Series",
    "Local Search Ads",
    "Year-End Renewal",
    "New Listings",
    "Holiday Greetings",
    "Demo Week",
    "Investor Update",
    "Seller Guide",
    "Summer Sale",
    "Win-Back",
    "Product Launch",
    "Neighborhood Mailer",
];

/// Names of pipelines.
pub(in crate::seed::provider) const PIPELINES: &[&str] = &[
    "Sales",
    "New Business",
    "Renewals",
    "Buyers",
    "Sellers",
    "Rentals",
    "Partners",
    "Upsell",
    "Recruiting",
    "Onboarding",
];

/// Stages of a sale.
pub(in crate::seed::provider) const STAGES: &[&str] = &[
    "New",
    "Contacted",
    "Qualified",
    "Meeting",
    "Proposal",
    "Negotiation",
    "Under Contract",
    "Won",
    "Lost",
    "On Hold",
];

/// Groups of customers.
pub(in crate::seed::provider) const SEGMENTS: &[&str] = &[
    "Hot leads",
    "New this month",
    "No contact for 90 days",
    "High value",
    "First-time buyers",
    "Investors",
    "Past clients",
    "Newsletter readers",
    "Local owners",
    "Renewal due",
];

/// Names of templates and sequences.
pub(in crate::seed::provider) const TEMPLATES: &[&str] = &[
    "Welcome",
    "Follow-up after demo",
    "Price change",
    "Appointment reminder",
    "Thank you",
    "Check-in",
    "Proposal sent",
    "Renewal reminder",
    "Missed call",
    "Introduction",
    "Feedback request",
    "Final notice",
];

/// Where customers come from.
pub(in crate::seed::provider) const SOURCES: &[&str] = &[
    "Website",
    "Referral",
    "Google Ads",
    "Facebook",
    "Open house",
    "Cold call",
    "Partner",
    "Newsletter",
    "LinkedIn",
    "Trade show",
    "Walk-in",
    "Direct mail",
];

/// Industries.
pub(in crate::seed::provider) const INDUSTRIES: &[&str] = &[
    "Real Estate",
    "Construction",
    "Insurance",
    "Software",
    "Retail",
    "Health Care",
    "Legal Services",
    "Financial Services",
    "Education",
    "Logistics",
    "Hospitality",
    "Manufacturing",
    "Marketing",
    "Energy",
    "Agriculture",
    "Consulting",
];

/// Titles of jobs.
pub(in crate::seed::provider) const JOBS: &[&str] = &[
    "Sales Manager",
    "Account Executive",
    "Owner",
    "Office Manager",
    "Marketing Manager",
    "Operations Manager",
    "Real Estate Agent",
    "Broker",
    "Founder",
    "Director of Sales",
    "Customer Success Manager",
    "Project Manager",
    "Software Engineer",
    "Accountant",
    "Consultant",
    "Property Manager",
    "Loan Officer",
    "Assistant",
    "Vice President",
    "Chief Executive Officer",
];

/// Why something is so.
pub(in crate::seed::provider) const REASONS: &[&str] = &[
    "Price too high",
    "Went with another provider",
    "No budget this year",
    "No response",
    "Timing",
    "Changed requirements",
    "Duplicate",
    "Customer request",
    "Wrong number",
    "Updated by the owner",
];

/// How things went.
pub(in crate::seed::provider) const OUTCOMES: &[&str] = &[
    "Reached",
    "Left voicemail",
    "No answer",
    "Meeting booked",
    "Call back later",
    "Not interested",
    "Information sent",
    "Wrong number",
];
