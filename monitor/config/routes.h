/* Lists of alerts: who is told of what, of a hoster, a service, or everything. */
#ifndef VIBRISSE_ROUTES_H
#define VIBRISSE_ROUTES_H

#include "reader.h"

enum { ROUTES_ENTRIES = 16 };

/* Rows of the section «a list of alerts», and what some of them have beyond their type. */
enum { ROUTE_ROWS = 9 };
extern const struct schema_row route_rows[ROUTE_ROWS];
extern const struct section_rule route_rules[];

/* `node` may be NULL: an empty list. `everywhere`: of the monitor itself, too, where it is not said of what. */
void routes_read(const struct reader *reader, const struct node *node, bool everywhere,
                 struct alert_routes *ret);

/* One entry for that target, of which nothing is said. */
void routes_contact(const struct reader *reader, const struct alert_target *target,
                    struct alert_routes *ret);

/* "22:00-07:00" */
enum { ROUTE_HOURS_SIZE = 12 };
char *route_hours_text(struct quiet_hours hours, char text[ROUTE_HOURS_SIZE]);

#endif
