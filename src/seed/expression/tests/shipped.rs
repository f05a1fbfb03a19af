//! The shapes that the checks of the shipped schema have.

use super::*;

#[test]
fn checks_of_the_schema() {
    for check in [
        "CHECK ((((status)::text <> 'overdue'::text) OR (due_at IS NOT NULL)))",
        "(((completed_at IS NOT NULL) = ((status)::text = 'completed'::text)))",
        "((ended_at >= GREATEST(started_at, answered_at)))",
        "utilities.is_e164((from_number)::text)",
        "((EXTRACT(year FROM last_sale_date) >= (year_built)::numeric))",
        "((num_nonnulls(NULLIF(btrim((first_name)::text), ''::text), email, phone) > 0))",
        "(((unread_count >= 0) AND (unread_count <= ((message_count + call_count) + 1))))",
        "(((to_addresses <> '{}'::text[]) AND crm.are_valid_emails(to_addresses)))",
        "((capabilities <@ ARRAY['voice'::text, 'sms'::text]))",
        "(\nCASE type\n    WHEN 'usage'::text THEN (amount <= 0)\n    ELSE true\nEND)",
        "(((p ~ '^[A-Za-z0-9+/=_:.$-]{38,}$'::text) OR (p ~~ '-----BEGIN PGP MESSAGE-----%'::text)))",
        "(((email)::text = lower(((email)::text COLLATE \"C\"))))",
        "((\"position\" > 0))",
        "((is_terminal OR (NOT (is_won OR is_lost))))",
        "((target IS NOT NULL) = (action = ANY (ARRAY['external'::text, 'queue'::text])))",
        "((array_remove(ARRAY[(attach)::text, (review)::text], NULL::text) <@ ARRAY['yes'::text]))",
        "((jsonb_typeof(steps) = 'array'::text)) NO INHERIT NOT VALID",
    ] {
        parse(check);
    }
}
