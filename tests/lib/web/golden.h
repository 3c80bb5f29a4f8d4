/* Texts against kept files; GOLDEN=write in the environment writes them anew. */
#ifndef VIBRISSE_TEST_GOLDEN_H
#define VIBRISSE_TEST_GOLDEN_H

/* `name` within tests/unit/web/golden. Fails the test where they differ. */
void golden_expect(const char *name, const char *text);

#endif
