#include "families.h"

#include "macros.h"
#include "testing.h"

enum { V4 = 1 << FAMILY_IPV4, V6 = 1 << FAMILY_IPV6, BOTH = V4 | V6 };
enum {
    OK = REASON_ok,
    NODATA = REASON_dns_no_address,
    NX = REASON_dns_nxdomain,
    FAIL = REASON_dns_servfail,
    LATE = REASON_dns_timeout,
    SELF = REASON_self
};
enum {
    NOTHING = FAMILIES_NOTHING,
    PROBE = FAMILIES_PROBE,
    TELL = FAMILIES_TELL,
    END = FAMILIES_END
};

static const struct {
    unsigned asked, acting;
    int reasons[2], before[2], steps[2], after[2];
} rows[] = {
    /* published as ever */
    {BOTH, BOTH, {OK, OK}, {0, 0}, {PROBE, PROBE}, {1, 1}},
    {BOTH, BOTH, {OK, NODATA}, {0, 0}, {PROBE, NOTHING}, {1, 0}},
    {BOTH, BOTH, {NODATA, OK}, {0, 0}, {NOTHING, PROBE}, {0, 1}},
    {BOTH, BOTH, {OK, NX}, {0, 0}, {PROBE, NOTHING}, {1, 0}},
    {BOTH, BOTH, {OK, LATE}, {1, 0}, {PROBE, NOTHING}, {1, 0}},
    /* a family goes, once */
    {BOTH, BOTH, {OK, NODATA}, {1, 1}, {PROBE, END}, {1, 0}},
    {BOTH, BOTH, {NX, OK}, {1, 1}, {END, PROBE}, {0, 1}},
    /* its name servers fail for one family: that is a result of the line */
    {BOTH, BOTH, {OK, FAIL}, {1, 1}, {PROBE, TELL}, {1, 1}},
    {BOTH, BOTH, {SELF, OK}, {1, 1}, {TELL, PROBE}, {1, 1}},
    /* no address at all */
    {BOTH, BOTH, {NODATA, NODATA}, {0, 0}, {TELL, NOTHING}, {1, 0}},
    {BOTH, BOTH, {NODATA, NODATA}, {1, 1}, {TELL, TELL}, {1, 1}},
    {BOTH, BOTH, {NX, NX}, {0, 1}, {NOTHING, TELL}, {0, 1}},
    {BOTH, BOTH, {NX, NX}, {0, 0}, {TELL, NOTHING}, {1, 0}},
    {BOTH, BOTH, {NODATA, FAIL}, {0, 0}, {NOTHING, TELL}, {0, 1}},
    {BOTH, BOTH, {NODATA, FAIL}, {0, 1}, {NOTHING, TELL}, {0, 1}},
    {BOTH, BOTH, {SELF, SELF}, {0, 0}, {TELL, NOTHING}, {1, 0}},
    /* one family wished for */
    {V6, V6, {0, NODATA}, {0, 0}, {NOTHING, TELL}, {0, 1}},
    {V6, V6, {0, OK}, {0, 0}, {NOTHING, PROBE}, {0, 1}},
    {V4, V4, {NX, 0}, {0, 0}, {TELL, NOTHING}, {1, 0}},
    /* a recheck acts for its own line, knowing of the other */
    {BOTH, V4, {OK, OK}, {1, 1}, {PROBE, NOTHING}, {1, 1}},
    {BOTH, V4, {NODATA, OK}, {1, 1}, {END, NOTHING}, {0, 1}},
    {BOTH, V4, {NODATA, NODATA}, {1, 1}, {TELL, NOTHING}, {1, 1}},
    {BOTH, V4, {OK, NODATA}, {1, 1}, {PROBE, NOTHING}, {1, 1}},
};

static void test_decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum reason reasons[] = {(enum reason)rows[i].reasons[0], (enum reason)rows[i].reasons[1]};
        bool lines[] = {rows[i].before[0], rows[i].before[1]};
        enum families_step steps[FAMILY_COUNT];
        families_decide(rows[i].asked, rows[i].acting, reasons, lines, steps);
        for (int family = 0; family < FAMILY_COUNT; family++) {
            assert_row(i, (int)steps[family] == rows[i].steps[family]);
            assert_row(i, lines[family] == rows[i].after[family]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_decisions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
