/* What describes open data to programs: the data package with its files, licence and sources (Data Package 2.0), and for
 * each kind of table what its columns are (Table Schema 2.0). Pure. */
#ifndef VIBRISSE_OPEN_PACKAGE_H
#define VIBRISSE_OPEN_PACKAGE_H

#include "open_table.h"
#include "output.h"
#include "sheet.h"

#define OPEN_PACKAGE_LICENCE_NAME "Licence Ouverte 2.0"
#define OPEN_PACKAGE_LICENCE_URL  "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"

/* Where a table lies, below /data/: with {key} for the hoster's id. */
const char *open_package_table(enum open_grain grain);

/* Parts for other packages: what it is, licence, publisher and source, as the first members of an object; and fields. */
void open_package_head(struct sheet *sheet, const char *name, const char *title,
                       const char *description);
struct open_field {
    const char *name, *type, *description; /* type: of Table Schema */
    bool natural, share, optional;         /* not negative; at most 1; may be empty */
};
void open_package_field(const struct open_field *field, struct buffer *out);
void open_package_fields(struct sheet *sheet, enum open_grain grain);

/* A schema: up to its first field, and from the end of its last key on. */
void open_package_schema_open(struct buffer *out);
void open_package_schema_close(struct buffer *out);

void open_package_write(const struct page *page, struct output_subject subject, struct buffer *out);
void open_package_daily(const struct page *page, struct output_subject subject, struct buffer *out);
void open_package_monthly(const struct page *page, struct output_subject subject,
                          struct buffer *out);
void open_package_yearly(const struct page *page, struct output_subject subject,
                         struct buffer *out);

#endif
