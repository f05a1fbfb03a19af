//! Every check: what it refuses, beside what differs little and is accepted.

use super::two_tenants;

/// table | check | a change it refuses | one it accepts; `|` parts them
const CASES: &str = "
    contacts | identified | first_name = NULL, last_name = NULL, email = NULL, phone = NULL | first_name = NULL, last_name = NULL, email = NULL, phone = NULL, company = 'X'
    contacts | identified | first_name = '', last_name = ' ', email = NULL, phone = NULL | first_name = '', last_name = ' X', email = NULL, phone = NULL
    contacts | email_format | email = 'ann@x' | email = 'ann@x.io'
    contacts | phone_e164 | phone = '(212) 555-0100' | phone = '+442071838750'
    contacts | secondary_phone_e164 | secondary_phone = '12125550100' | secondary_phone = '+12125550100'
    contacts | contact_type | contact_type = 'no_such' | contact_type = 'seller'
    contacts | status | status = 'no_such' | status = 'do_not_contact'
    contacts | country_code | country = 'us' | country = 'US'
    contacts | property_type | property_type = 'no_such' | property_type = 'land'
    contacts | bedrooms_not_negative | bedrooms = -1 | bedrooms = 0
    contacts | bathrooms_not_negative | bathrooms = -0.5 | bathrooms = 2.5
    contacts | bathrooms_not_negative | bathrooms = 'NaN' | bathrooms = 2.5
    contacts | square_feet_positive | square_feet = 0 | square_feet = 1
    contacts | lot_size_acres_positive | lot_size_acres = 0 | lot_size_acres = 0.25
    contacts | lot_size_acres_positive | lot_size_acres = 'NaN' | lot_size_acres = 0.25
    contacts | year_built | year_built = 19 | year_built = 1901
    contacts | estimated_value_not_negative | estimated_value = -0.01 | estimated_value = 9999999999999.99
    contacts | estimated_value_not_negative | estimated_value = 'NaN' | estimated_value = 9999999999999.99
    contacts | mortgage_balance_not_negative | mortgage_balance = -0.01 | mortgage_balance = 9999999999999.99
    contacts | mortgage_balance_not_negative | mortgage_balance = 'NaN' | mortgage_balance = 9999999999999.99
    contacts | last_sale_price_not_negative | last_sale_price = -0.01 | last_sale_price = 9999999999999.99
    contacts | last_sale_price_not_negative | last_sale_price = 'NaN' | last_sale_price = 9999999999999.99
    contacts | last_sale_after_building | year_built = 2001, last_sale_date = '2000-12-31' | year_built = 2000, last_sale_date = '2000-01-01'
    contacts | deleted_after_creation | deleted_at = created_at - interval '1 s' | deleted_at = created_at
    tags | name_not_blank | name = ' ' | name = 'x'
    tags | color_format | color = 'red' | color = '#FF00aa'
    conversations | status | status = 'no_such' | status = 'closed'
    conversations | priority | priority = 'no_such' | priority = 'urgent'
    conversations | message_count_not_negative | message_count = -1 | message_count = 7
    conversations | call_count_not_negative | call_count = -1 | call_count = 7
    conversations | email_count_not_negative | email_count = -1 | email_count = 7
    conversations | unread_count | unread_count = 4 | unread_count = 3
    messages | channel | channel = 'no_such' | channel = 'mms'
    messages | direction | direction = 'no_such' | direction = 'outbound'
    messages | status | status = 'no_such' | status = 'undelivered'
    messages | from_number_format | from_number = '+1' | from_number = '72345'
    messages | to_number_format | to_number = 'bank' | to_number = '+12125550100'
    messages | has_content | body = NULL | body = NULL, media_urls = '{https://x.io/a.png}'
    messages | segments_positive | segments = 0 | segments = 3
    messages | cost_not_negative | cost = -0.0001 | cost = 0.0079
    messages | cost_not_negative | cost = 'NaN' | cost = 0.0079
    messages | delivered_after_sending | delivered_at = sent_at - interval '1 s' | delivered_at = sent_at
    messages | read_after_sending | read_at = sent_at - interval '1 s' | read_at = sent_at
    calls | direction | direction = 'no_such' | direction = 'inbound'
    calls | status | status = 'no_such' | status = 'voicemail'
    calls | from_number_e164 | from_number = '72345' | from_number = '+12125550100'
    calls | to_number_e164 | to_number = '0123456789' | to_number = '+4930123456'
    calls | duration_seconds_not_negative | duration_seconds = -1 | duration_seconds = 0
    calls | cost_not_negative | cost = -0.0001 | cost = 0
    calls | cost_not_negative | cost = 'NaN' | cost = 0
    calls | answered_after_start | answered_at = started_at - interval '1 s' | answered_at = started_at
    calls | ended_after_start | answered_at = started_at + interval '2 s', ended_at = started_at + interval '1 s' | ended_at = started_at
    calls | seen_after_start | seen_at = started_at - interval '1 s' | seen_at = started_at
    emails | direction | direction = 'no_such' | direction = 'inbound'
    emails | status | status = 'no_such' | status = 'bounced'
    emails | from_address_format | from_address = 'a' | from_address = 'a@b.io'
    emails | to_addresses_format | to_addresses = '{}' | to_addresses = '{a@b.io,c@d.io}'
    emails | to_addresses_format | to_addresses = '{a@b.io,NULL}' | to_addresses = '{c@d.io}'
    emails | cc_addresses_format | cc_addresses = '{a@b.io,x}' | cc_addresses = '{}'
    emails | bcc_addresses_format | bcc_addresses = '{a@b.io,x}' | bcc_addresses = '{}'
    emails | open_count_not_negative | open_count = -1 | open_count = 1
    emails | click_count_not_negative | click_count = -1 | click_count = 1
    emails | opened_after_sending | opened_at = sent_at - interval '1 s' | opened_at = sent_at
    emails | clicked_after_sending | clicked_at = sent_at - interval '1 s' | clicked_at = sent_at
    emails | read_after_sending | read_at = sent_at - interval '1 s' | read_at = sent_at
    deals | title_not_blank | title = '' | title = 'x'
    deals | stage | stage = 'no_such' | stage = 'under_contract'
    deals | priority | priority = 'no_such' | priority = 'low'
    deals | value_not_negative | value = -0.01 | value = 0
    deals | value_not_negative | value = 'NaN' | value = 0
    deals | offer_amount_not_negative | offer_amount = -0.01 | offer_amount = 0
    deals | offer_amount_not_negative | offer_amount = 'NaN' | offer_amount = 0
    deals | commission_amount_not_negative | commission_amount = -0.01 | commission_amount = 0
    deals | commission_amount_not_negative | commission_amount = 'NaN' | commission_amount = 0
    deals | currency_code | currency = 'usd' | currency = 'EUR'
    deals | probability | probability = 101 | probability = 100
    deals | stage_changed_at_finite | stage_changed_at = '-infinity' | stage_changed_at = '2001-01-01 BC'
    deals | closed_at | stage = 'closed_won' | stage = 'closed_won', closed_at = now()
    deals | closed_at | closed_at = now() | closed_at = NULL
    deals | closed_after_creation | stage = 'closed_won', closed_at = created_at - interval '1 s' | stage = 'closed_lost', closed_at = created_at
    deal_stage_history | stages_differ | from_stage = to_stage | from_stage = 'offer'
    deal_stage_history | time_in_stage_not_negative | time_in_stage = '-1 s' | time_in_stage = '0'
    activities | activity_type | activity_type = 'no_such' | activity_type = 'showing'
    activities | title_not_blank | title = '  ' | title = 'x'
    activities | status | status = 'no_such' | status = 'cancelled'
    activities | priority | priority = 'no_such' | priority = 'high'
    activities | ends_after_start | starts_at = now(), ends_at = now() | starts_at = now(), ends_at = now() + interval '1 s'
    activities | reminder_before_due | due_at = now(), reminder_at = now() + interval '1 s' | due_at = now(), reminder_at = now()
    activities | completed_at | status = 'completed' | status = 'completed', completed_at = now()
    activities | overdue_has_due_at | status = 'overdue' | status = 'overdue', due_at = now()
    documents | one_owner | contact_id = md5('a contacts')::uuid | deal_id = NULL, contact_id = md5('a contacts')::uuid
    documents | name_not_blank | name = '' | name = 'x'
    documents | document_type | document_type = 'no_such' | document_type = 'contract'
    documents | size_bytes_not_negative | size_bytes = -1 | size_bytes = 0
    documents | sha256_length | sha256 = 'x' | sha256 = sha256('x')
    documents | expires_after_signing | signed_at = now(), expires_at = now() | signed_at = now(), expires_at = now() + interval '1 s'
    assistants | name_not_blank | name = ' ' | name = 'x'
    assistants | status | status = 'no_such' | status = 'active'
    assistants | temperature | temperature = 2.01 | temperature = 0.7
    assistants | max_duration_seconds_positive | max_duration_seconds = 0 | max_duration_seconds = 600
    assistants | cost_per_minute_not_negative | cost_per_minute = -1 | cost_per_minute = 0.05
    assistants | cost_per_minute_not_negative | cost_per_minute = 'NaN' | cost_per_minute = 0.05
    phone_numbers | phone_number_e164 | phone_number = '5550100' | phone_number = '+12125550101'
    phone_numbers | provider | provider = 'no_such' | provider = 'twilio'
    phone_numbers | status | status = 'no_such' | status = 'suspended'
    phone_numbers | capabilities | capabilities = '{voice,telex}' | capabilities = '{sms,mms}'
    phone_numbers | monthly_cost_not_negative | monthly_cost = -0.0001 | monthly_cost = 1.15
    phone_numbers | monthly_cost_not_negative | monthly_cost = 'NaN' | monthly_cost = 1.15
    phone_numbers | released_after_purchase | purchased_at = now(), released_at = now() - interval '1 s' | purchased_at = now(), released_at = now()
    vapi_calls | call_type | call_type = 'no_such' | call_type = 'web'
    vapi_calls | status | status = 'no_such' | status = 'forwarding'
    vapi_calls | customer_number_e164 | customer_number = '1' | customer_number = '+12125550100'
    vapi_calls | duration_seconds_not_negative | duration_seconds = -1 | duration_seconds = 1
    vapi_calls | cost_not_negative | cost = -1 | cost = 0.1234
    vapi_calls | cost_not_negative | cost = 'NaN' | cost = 0.1234
    vapi_calls | sentiment | sentiment = 'no_such' | sentiment = 'neutral'
    vapi_calls | ended_after_start | started_at = now(), ended_at = now() - interval '1 s' | started_at = now(), ended_at = now()
";

#[test]
fn each_check_refuses_what_it_is_for_and_no_more() {
    let database = two_tenants();
    // The triggers would set right some of what the checks refuse.
    let triggers = super::TABLES.map(|t| format!("ALTER TABLE crm.{t} DISABLE TRIGGER USER"));
    database.execute(&triggers.join("; "));

    let cases: Vec<Vec<&str>> = CASES
        .lines()
        .map(|line| line.split(" | ").map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.len() == 4)
        .collect();
    let mut checks: Vec<String> = Vec::new();
    let mut tries = Vec::new();
    for case in &cases {
        let [table, check, refused, accepted] = case[..] else {
            panic!("not four cells: {case:?}");
        };
        let check = format!("{table}_{check}_check");
        for (change, expected) in [(accepted, "accepted"), (refused, check.as_str())] {
            tries.push(format!("('{table}', $t${change}$t$, '{expected}')"));
        }
        checks.push(check);
    }
    // Each is tried on its own, and undone.
    let wrong = database.rows(&format!(
        "CREATE TEMP TABLE tries (t text, change text, expected text, found text);
        INSERT INTO tries (t, change, expected) VALUES {};
        DO $$
        DECLARE
            try record;
            state text;
        BEGIN
            FOR try IN SELECT ctid, * FROM tries LOOP
                BEGIN
                    EXECUTE format('UPDATE crm.%I SET %s WHERE organization_id = %L', try.t,
                        try.change, 'aaaaaaaa-0000-0000-0000-000000000000');
                    RAISE EXCEPTION USING ERRCODE = 'UNDO0';
                EXCEPTION
                    WHEN SQLSTATE 'UNDO0' THEN
                        state := 'accepted';
                    WHEN check_violation THEN
                        GET STACKED DIAGNOSTICS state = CONSTRAINT_NAME;
                END;
                UPDATE tries SET found = state WHERE ctid = try.ctid;
            END LOOP;
        END;
        $$;
        SELECT t, change, expected, found FROM tries WHERE found IS DISTINCT FROM expected",
        tries.join(", ")
    ));
    assert!(wrong.is_empty(), "{wrong:#?}");

    checks.sort_unstable();
    checks.dedup();
    let all = database.rows(
        "SELECT conname FROM pg_constraint
        WHERE connamespace = 'crm'::regnamespace AND contype = 'c' ORDER BY conname COLLATE \"C\"",
    );
    assert_eq!(checks, all.concat(), "a case for each check");
}

#[test]
fn addresses_are_stored_in_lower_case() {
    let database = two_tenants();
    assert_eq!(
        database.rows("SELECT DISTINCT email FROM crm.contacts"),
        [["ann@x.io"]]
    );
    database.execute("UPDATE crm.contacts SET email = ' BOB@X.IO '");
    assert_eq!(
        database.rows("SELECT DISTINCT email FROM crm.contacts"),
        [["bob@x.io"]]
    );
}
