//! Several who move or enter one lead at once.

use super::{ANN, alice, enter, go, go_from, history, pipelines};
use crate::schema::holds;
use crate::schema::marketing::{answer, at_once, waits};
use crate::support::{Client, Database};

/// Whether what each move left is where the one before it came to.
const CHAIN: &str = "(SELECT bool_and(from_stage_id IS NOT DISTINCT FROM came_to
        AND (time_in_stage >= '0' OR came_to IS NULL)) FROM (
        SELECT *, lag(to_stage_id) OVER (PARTITION BY position_id ORDER BY id) AS came_to
        FROM pipeline.lead_moves) AS m)";

/// Where the lead stands is where its last move came to.
const LAST: &str =
    "(SELECT bool_and(p.stage_id = (SELECT m.to_stage_id FROM pipeline.lead_moves AS m
        WHERE m.position_id = p.id ORDER BY m.id DESC LIMIT 1)) FROM pipeline.lead_positions AS p)";

fn in_proposal() -> Database {
    let database = pipelines();
    database.execute(&format!("{}; {}; {}", alice(), enter(), go("Proposal")));
    database
}

#[test]
fn of_eight_who_let_a_lead_in_at_once_one_does() {
    let database = pipelines();
    let mut expected = vec!["00000"];
    expected.extend(["23505"; 7]);
    assert_eq!(at_once(&database, &alice(), &vec![enter(); 8]), expected);
    assert_eq!(history(&database), [["-", "Open"]]);
}

#[test]
fn of_eight_who_move_a_lead_from_where_they_saw_it_one_does() {
    let database = in_proposal();
    let moves: Vec<String> = ["Negotiation", "Won"]
        .iter()
        .cycle()
        .take(8)
        .map(|to| go_from("Proposal", to))
        .collect();
    let states = at_once(&database, &alice(), &moves);
    assert_eq!(states[0], "00000");
    // To the others the lead is elsewhere, or gone.
    assert!(
        states[1..]
            .iter()
            .all(|state| ["55000", "P0002"].contains(&state.as_str())),
        "{states:?}"
    );
    assert_eq!(history(&database).len(), 3);
    holds(&database, "", &[CHAIN, LAST]);
}

#[test]
fn of_moves_that_cross_each_is_judged_by_where_the_lead_is_by_then() {
    let database = in_proposal();
    // Back and forth as often as they come, in whichever order: what is not allowed is refused.
    let moves: Vec<String> = ["Negotiation", "Proposal"]
        .iter()
        .cycle()
        .take(12)
        .map(|to| go(to))
        .collect();
    let states = at_once(&database, &alice(), &moves);
    let made = states.iter().filter(|state| *state == "00000").count();
    assert!(made >= 1, "{states:?}");
    assert!(
        states[made..].iter().all(|state| state == "55000"),
        "{states:?}"
    );
    assert_eq!(history(&database).len(), 2 + made);
    holds(&database, "", &[CHAIN, LAST]);
}

/// The second waits for the first, whichever way it writes, and finds the lead where that put it.
#[test]
fn a_mover_who_waited_finds_what_the_other_has_done() {
    for (first, second, state) in [
        (go("Negotiation"), go_from("Proposal", "Won"), "55000"),
        (go("Lost"), go("Negotiation"), "P0002"),
        (
            go("Lost"),
            format!(
                "UPDATE pipeline.lead_positions SET stage_id = (SELECT id FROM pipeline.stages
                    WHERE name = 'Negotiation') WHERE lead_id = '{ANN}'"
            ),
            "55000",
        ),
        (go("Negotiation"), go("Won"), "00000"),
        // A stage that a lead is just coming to does not become an end.
        (
            go("Negotiation"),
            "UPDATE pipeline.stages SET is_terminal = true WHERE name = 'Negotiation'".to_owned(),
            "55000",
        ),
    ] {
        let database = in_proposal();
        let holder = Client::that(&database, &format!("{}; BEGIN; {first}", alice()));
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| answer(&database, &alice(), &second));
            waits(&database, &waiter);
            holder.execute("COMMIT");
            let [found, message, _] = waiter.join().expect("an answer");
            assert_eq!(found, state, "{message}\n{second}");
        });
        holds(&database, "", &[CHAIN, LAST]);
    }
}
