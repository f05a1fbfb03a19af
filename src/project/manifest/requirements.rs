//! `requires`: who may stand where.

use toml::Spanned;

use super::Rules;
use crate::error::Failure;

impl Rules<'_> {
    /// Each module stands below those that it requires.
    pub(super) fn requirements(
        &mut self,
        names: &[Spanned<String>],
        requires: &[Vec<Spanned<String>>],
    ) {
        let order = |name: &str| names.iter().position(|known| known.get_ref() == name);
        let edges: Vec<Vec<usize>> = requires
            .iter()
            .map(|list| {
                list.iter()
                    .filter_map(|name| order(name.get_ref()))
                    .collect()
            })
            .collect();
        let mut reported: Vec<Vec<usize>> = Vec::new();
        for (module, list) in requires.iter().enumerate() {
            let name = names[module].get_ref();
            for required in list {
                let start = required.span().start;
                let Some(other) = order(required.get_ref()) else {
                    let known = names.iter().map(Spanned::get_ref);
                    let message = format!(
                        "`{name}` requires the unknown module `{}`",
                        required.get_ref()
                    );
                    self.unknown_module(start, message, required.get_ref(), known);
                    continue;
                };
                if other == module {
                    self.add(
                        start,
                        Failure::new(format!("the module `{name}` requires itself")),
                    );
                } else if let Some(path) = way(&edges, other, module) {
                    let mut members = path.clone();
                    members.sort_unstable();
                    if !reported.contains(&members) {
                        reported.push(members);
                        let mut circle: Vec<&str> = vec![name];
                        circle.extend(path.iter().map(|at| names[*at].get_ref().as_str()));
                        let failure = Failure::new("modules require each other in a circle")
                            .detail(circle.join(" → "))
                            .hint("Move what both need into a module of its own.");
                        self.add(start, failure);
                    }
                } else if other > module {
                    let failure = Failure::new(format!(
                        "the module `{name}` requires `{}`, which stands below it",
                        required.get_ref()
                    ))
                    .detail(format!(
                        "it stands at {}",
                        self.place(names[other].span().start)
                    ))
                    .hint(format!("Move `{}` above `{name}`.", required.get_ref()));
                    self.add(start, failure);
                }
            }
        }
    }
}

/// Finds the shortest way along requirements, both ends included.
fn way(edges: &[Vec<usize>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut came_from = vec![None; edges.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut path = vec![at];
            while path.last() != Some(&from) {
                path.extend(path.last().and_then(|at| came_from[*at]));
            }
            path.reverse();
            return Some(path);
        }
        for next in &edges[at] {
            if *next != from && came_from[*next].is_none() {
                came_from[*next] = Some(at);
                queue.push_back(*next);
            }
        }
    }
    None
}
