//! The embedded PostgreSQL: server programs of the machine, a private socket, a data folder.
