-- A ledger as the first release made it, with one event.
CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE event (seq INTEGER PRIMARY KEY, recorded_ms INTEGER NOT NULL, kind TEXT NOT NULL, subject INTEGER NOT NULL REFERENCES subject, at INTEGER NOT NULL, before INTEGER NOT NULL, was TEXT, state TEXT, reason TEXT, detail TEXT NOT NULL, canonical TEXT NOT NULL) STRICT;
CREATE INDEX event_state ON event (subject, at) WHERE kind = 'state';
CREATE TRIGGER event_in_order BEFORE INSERT ON event WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM event)
BEGIN SELECT raise(ABORT, 'events are numbered without holes'); END;
CREATE TRIGGER event_unchanged BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_undeleted BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are append-only'); END;
CREATE TABLE frontier (subject INTEGER PRIMARY KEY REFERENCES subject, until INTEGER NOT NULL) STRICT;
CREATE TABLE kept (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE latency (subject INTEGER NOT NULL REFERENCES subject, day INTEGER NOT NULL, histogram BLOB NOT NULL, PRIMARY KEY (subject, day)) STRICT, WITHOUT ROWID;
INSERT INTO subject VALUES (1, 'a/b');
INSERT INTO event VALUES (1, 100005, 'state', 1, 100, 0, 'unknown', 'up', 'ok', '', '{"v":1,"seq":1,"recorded_ms":100005,"kind":"state","subject":"a/b","at":100,"before":0,"from":"unknown","to":"up","reason":"ok","detail":""}');
INSERT INTO frontier VALUES (1, 100);
PRAGMA application_id=1986617970;
PRAGMA user_version=1;
