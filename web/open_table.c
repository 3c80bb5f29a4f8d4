#include "open_table.h"

#include "calendar.h"
#include "cell.h"
#include "macros.h"

#include <string.h>

/* ---- cells ---- */

/* The first cell of a line. */
static void add_period(int64_t label, enum open_grain grain, struct buffer *out)
{
    struct calendar_time at = calendar_at(label);
    char *to = digits_put(buffer_room(out, 3 * DIGITS_MAX), at.year, 0);
    if (grain != OPEN_YEARLY) {
        *to++ = '-';
        to = digits_put(to, at.month, 2);
    }
    if (grain == OPEN_DAILY) {
        *to++ = '-';
        to = digits_put(to, at.day, 2);
    }
    buffer_wrote(out, to);
}

/* ---- columns ---- */

static const char *hoster_id(const struct service *service)
{
    return service->hoster->id;
}

static const char *service_id(const struct service *service)
{
    return service->id;
}

static const char *kind(const struct service *service)
{
    return service->kind.count ? service->kind.texts[0].text : NULL;
}

static int64_t period_begin(const struct availability *figures)
{
    return figures->from;
}

static int64_t period_end(const struct availability *figures)
{
    return figures->to;
}

static int64_t up(const struct availability *figures)
{
    return tally_good(&figures->tally);
}

static int64_t degraded(const struct availability *figures)
{
    return figures->tally.degraded;
}

static int64_t down(const struct availability *figures)
{
    return figures->tally.down;
}

static int64_t unknown(const struct availability *figures)
{
    return figures->tally.unknown;
}

static int64_t maintenance(const struct availability *figures)
{
    return figures->maintenance_s;
}

static int64_t maintenance_up(const struct availability *figures)
{
    return tally_good(&figures->excluded);
}

static int64_t maintenance_down(const struct availability *figures)
{
    return figures->excluded.down;
}

static int64_t least_up(const struct availability *figures)
{
    return figures->least_good_s;
}

static int64_t most_up(const struct availability *figures)
{
    return figures->most_good_s;
}

static int64_t outages(const struct availability *figures)
{
    return (int64_t)figures->outages;
}

static int64_t incidents(const struct availability *figures)
{
    return (int64_t)figures->incidents;
}

static int64_t longest(const struct availability *figures)
{
    return figures->longest_s;
}

/* The period is the first one. */
static const struct open_column columns[] = {
    {.type = OPEN_PERIOD,
     .description = N_("the civil day, month or year, in the collective’s time zone")},
    {.name = "hoster_id",
     .type = OPEN_TEXT,
     .text = hoster_id,
     .description = N_("the hoster, as in the addresses of its pages")},
    {.name = "service_id",
     .type = OPEN_TEXT,
     .text = service_id,
     .description = N_("the service, as in the address of its page")},
    {.name = "kind",
     .type = OPEN_TEXT,
     .text = kind,
     .optional = true,
     .description = N_("what kind of service it is")},
    {.name = "from",
     .type = OPEN_TIME,
     .value = period_begin,
     .coarse = true,
     .description =
         N_("begin of the period; of the first one, the day on which its record begins")},
    {.name = "to",
     .type = OPEN_TIME,
     .value = period_end,
     .coarse = true,
     .description = N_("end of the period, not part of it; of the one that lasts, last midnight")},
    {.name = "up_s",
     .type = OPEN_NUMBER,
     .value = up,
     .description = N_("seconds available, disrupted ones included")},
    {.name = "degraded_s",
     .type = OPEN_NUMBER,
     .value = degraded,
     .description = N_("seconds disrupted, among those available")},
    {.name = "down_s",
     .type = OPEN_NUMBER,
     .value = down,
     .description = N_("seconds unavailable")},
    {.name = "unknown_s",
     .type = OPEN_NUMBER,
     .value = unknown,
     .description = N_("seconds not measured")},
    {.name = "maintenance_s",
     .type = OPEN_NUMBER,
     .value = maintenance,
     .description = N_("seconds of maintenance that was announced and counts")},
    {.name = "maintenance_up_s",
     .type = OPEN_NUMBER,
     .value = maintenance_up,
     .description = N_("seconds of that maintenance when the service was available")},
    {.name = "maintenance_down_s",
     .type = OPEN_NUMBER,
     .value = maintenance_down,
     .description = N_("seconds of that maintenance when the service was unavailable")},
    {.name = "least_up_s",
     .type = OPEN_NUMBER,
     .value = least_up,
     .description = N_("seconds available, every doubt taken against the service")},
    {.name = "most_up_s",
     .type = OPEN_NUMBER,
     .value = most_up,
     .description = N_("seconds available, every doubt taken for the service")},
    {.name = "availability",
     .type = OPEN_SHARE,
     .value = availability_e5,
     .optional = true,
     .description = N_("time available over time measured, cut to five decimals")},
    {.name = "availability_low",
     .type = OPEN_SHARE,
     .value = availability_low_e5,
     .description = N_("lower bound: least_up_s over the whole period, cut")},
    {.name = "availability_high",
     .type = OPEN_SHARE,
     .value = availability_high_e5,
     .description = N_("upper bound: most_up_s over the whole period, rounded up")},
    {.name = "availability_excluding_maintenance",
     .type = OPEN_SHARE,
     .value = availability_without_maintenance_e5,
     .optional = true,
     .description = N_("availability without the maintenance that counts")},
    {.name = "coverage",
     .type = OPEN_SHARE,
     .value = availability_coverage_e5,
     .description = N_("time measured over the whole period, cut")},
    {.name = "outages",
     .type = OPEN_NUMBER,
     .value = outages,
     .description = N_("interruptions that began in the period")},
    {.name = "incidents",
     .type = OPEN_NUMBER,
     .value = incidents,
     .description = N_("those of them that lasted long enough to be incidents")},
    {.name = "longest_outage_s",
     .type = OPEN_NUMBER,
     .value = longest,
     .description = N_("seconds of the longest interruption, within the period")},
    {.name = "mttr_s",
     .type = OPEN_NUMBER,
     .value = availability_mean_s,
     .optional = true,
     .description = N_("mean duration, in seconds, of the interruptions that ended in the period")},
    {.name = "median_outage_s",
     .type = OPEN_NUMBER,
     .value = availability_median_s,
     .optional = true,
     .description = N_("their median duration, in seconds")},
};

const struct open_column *open_table_columns(size_t *ret_count)
{
    *ret_count = ARRAY_LEN(columns);
    return columns;
}

bool open_table_has(const struct open_column *column, enum open_grain grain)
{
    return grain != OPEN_DAILY || !column->coarse;
}

const char *open_table_name(const struct open_column *column, enum open_grain grain)
{
    static const char *const periods[OPEN_GRAINS] = {
        [OPEN_DAILY] = "day", [OPEN_MONTHLY] = "month", [OPEN_YEARLY] = "year"};
    return column->type == OPEN_PERIOD ? periods[grain] : column->name;
}

/* ---- lines ---- */

void open_table_names(enum open_grain grain, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        if (open_table_has(&columns[i], grain))
            cell_word(out, open_table_name(&columns[i], grain));
}

void open_table_head(enum open_grain grain, struct buffer *out)
{
    open_table_names(grain, out);
    cell_end(out);
}

static void add_text(const char *text, struct buffer *out)
{
    if (text)
        cell_text(out, text);
    else
        cell_empty(out);
}

static void add_value(enum open_type type, int64_t value, struct buffer *out)
{
    if (type == OPEN_TIME)
        cell_time(out, value);
    else if (value < 0)
        cell_empty(out);
    else if (type == OPEN_SHARE)
        cell_share(out, value);
    else
        cell_number(out, value);
}

static void add_cell(const struct open_column *column, const struct open_row *row,
                     struct buffer *out)
{
    if (column->value)
        add_value(column->type, column->value(&row->figures), out);
    else
        add_text(column->text(row->service), out);
}

/* All but the period. */
static void add_cells(const struct open_row *row, enum open_grain grain, struct buffer *out)
{
    for (size_t i = 1; i < ARRAY_LEN(columns); i++)
        if (open_table_has(&columns[i], grain))
            add_cell(&columns[i], row, out);
}

void open_table_cells(const struct open_row *row, enum open_grain grain, struct buffer *out)
{
    add_period(row->label, grain, out);
    add_cells(row, grain, out);
}

/* ---- rows ---- */

/* Whether they tell the same, but for the period itself. */
static bool is_alike(const struct open_row *row, const struct open_row *usual)
{
    size_t from = offsetof(struct availability, tally);
    size_t to = offsetof(struct availability, durations);
    return row->service == usual->service && !row->figures.ended &&
           memcmp((const char *)&row->figures + from, (const char *)&usual->figures + from,
                  to - from) == 0;
}

static void add_again(const struct open_rows *rows, struct buffer *out)
{
    char *at = buffer_room(out, rows->length);
    memcpy(at, out->bytes + rows->cells, rows->length);
    buffer_wrote(out, at + rows->length);
}

static void add_anew(struct open_rows *rows, const struct open_row *row, struct buffer *out)
{
    size_t begin = out->length;
    add_cells(row, rows->grain, out);
    cell_end(out);
    if (row->figures.ended)
        return;
    rows->usual = *row;
    rows->cells = begin;
    rows->length = out->length - begin;
}

/* Most days are like each other. Only what is coarse tells of the period besides the first cell. */
void open_rows_add(struct open_rows *rows, const struct open_row *row, struct buffer *out)
{
    add_period(row->label, rows->grain, out);
    if (rows->grain == OPEN_DAILY && is_alike(row, &rows->usual))
        add_again(rows, out);
    else
        add_anew(rows, row, out);
}
