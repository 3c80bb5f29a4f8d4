#include "open_table.h"

#include "cell.h"
#include "macros.h"
#include "testing.h"

static const struct hoster hosters[] = {{.id = "chat"}};
static const struct service services[] = {{.id = "pad", .hoster = hosters},
                                          {.id = "mail", .hoster = hosters}};

/* Days of which some are like the one before: each figure that a column tells of makes another day of it. */
static size_t make_days(struct open_row *days)
{
    enum { DAY = 86400 };
    static int64_t durations[] = {60, 120, 300};
    struct open_row row = {services, 1767225600, {.tally = {.up = DAY}, .least_good_s = DAY}};
    size_t count = 0;
    days[count++] = row;
    days[count++] = row;
    row.figures.tally.degraded = 100;
    days[count++] = row;
    row.figures.excluded.up = 50;
    days[count++] = row;
    row.figures.maintenance_s = 50;
    days[count++] = row;
    row.figures.least_good_s = 7;
    days[count++] = row;
    row.figures.most_good_s = 8;
    days[count++] = row;
    row.figures.outages = 1;
    days[count++] = row;
    row.figures.incidents = 1;
    days[count++] = row;
    row.figures.longest_s = 120;
    days[count++] = row;
    row.figures.ended = 1;
    row.figures.ended_s = 60;
    row.figures.durations = &durations[0];
    days[count++] = row;
    row.figures.durations = &durations[1];
    days[count++] = row;
    days[count++] = row;
    row.figures.ended = 0;
    days[count++] = row;
    row.service = &services[1];
    days[count++] = row;
    days[count++] = row;
    for (size_t i = 0; i < count; i++) {
        days[i].label += (int64_t)i * DAY;
        days[i].figures.from = days[i].label;
        days[i].figures.to = days[i].label + DAY;
    }
    return count;
}

/* Whatever rows stand one after the other, each has its own cells. */
static void test_rows_as_cells(void **state)
{
    (void)state;
    struct open_row days[20];
    size_t count = make_days(days);
    assert_in_range(count, 1, ARRAY_LEN(days));
    for (enum open_grain grain = 0; grain < OPEN_GRAINS; grain++) {
        struct buffer rows, cells;
        struct open_rows written = {.grain = grain};
        buffer_init(&rows, 100000);
        buffer_init(&cells, 100000);
        for (size_t i = 0; i < count; i++) {
            open_rows_add(&written, &days[i], &rows);
            open_table_cells(&days[i], grain, &cells);
            cell_end(&cells);
        }
        assert_string_equal(buffer_text(&rows), buffer_text(&cells));
        assert_int_equal(rows.overflow, false);
        buffer_fini(&rows);
        buffer_fini(&cells);
    }
}

/* What does not fit is dropped, and nothing else becomes of it. */
static void test_too_many_rows(void **state)
{
    (void)state;
    struct open_row days[20];
    size_t count = make_days(days);
    for (size_t max = 0; max < 2000; max += 37) {
        struct buffer rows, all;
        struct open_rows first = {.grain = OPEN_DAILY}, second = first;
        buffer_init(&rows, max);
        buffer_init(&all, 100000);
        for (size_t i = 0; i < count; i++) {
            open_rows_add(&first, &days[i], &rows);
            open_rows_add(&second, &days[i], &all);
        }
        assert_int_equal(rows.length, max < all.length ? max : all.length);
        assert_memory_equal(buffer_text(&rows), buffer_text(&all), rows.length);
        assert_int_equal(rows.overflow, all.length > max);
        buffer_fini(&rows);
        buffer_fini(&all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_as_cells),
        cmocka_unit_test(test_too_many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
