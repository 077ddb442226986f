// Package faults tries the whole program against what goes wrong around it: kills, restarts of the database, full disks,
// slow clients. It holds tests alone: they build the program, start it as an operator would, and know it by its API.
// The tests need Linux, and a PostgreSQL installation for a server of their own.
package faults
