#include "macros.h"
#include "site_type.h"
#include "testing.h"

static void test_types(void **state)
{
    static const struct {
        const char *path, *mime;
        bool page, data;
    } rows[] = {
        {"/", "text/html; charset=utf-8", true, false},
        {"/fr/h/x/", "text/html; charset=utf-8", true, false},
        {"/404.html", "text/html; charset=utf-8", true, false},
        {"/vibrisse.css", "text/css; charset=utf-8", false, false},
        {"/badge/x.fr.svg", "image/svg+xml", false, true},
        {"/api/v1/x.json", "application/json", false, true},
        {"/incidents.atom", "application/atom+xml; charset=utf-8", false, true},
        {"/maintenance.ics", "text/calendar; charset=utf-8", false, true},
        {"/data/x.csv", "text/csv; charset=utf-8", false, true},
        {"/metrics", "application/openmetrics-text; version=1.0.0; charset=utf-8", false, true},
        {"/unknown", "application/octet-stream", false, false},
        {"/unknown.exe", "application/octet-stream", false, false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct site_type *type = site_type_of(rows[i].path);
        assert_string_equal(type->mime, rows[i].mime);
        assert_int_equal(type->page, rows[i].page);
        assert_int_equal(type->data, rows[i].data);
    }
}

static void test_immutable(void **state)
{
    (void)state;
    assert_true(site_type_is_immutable("/vibrisse.0a1b2c3d.css"));
    assert_true(site_type_is_immutable("/x/y.0123456789abcdef.svg"));
    assert_false(site_type_is_immutable("/vibrisse.css"));
    assert_false(site_type_is_immutable("/vibrisse.0a1b2c3.css"));
    assert_false(site_type_is_immutable("/vibrisse.0A1B2C3D.css"));
    assert_false(site_type_is_immutable("/vibrisse.0a1b2c3d"));
    assert_false(site_type_is_immutable("/v.0a1b2c3d.css/"));
    assert_false(site_type_is_immutable("/badge/x.fr.svg"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_immutable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
