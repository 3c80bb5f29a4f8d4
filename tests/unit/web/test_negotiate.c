#include "macros.h"
#include "negotiate.h"
#include "testing.h"

static void test_encoding(void **state)
{
    static const struct {
        const char *header;
        enum encoding wanted;
    } rows[] = {
        {NULL, ENCODING_IDENTITY},
        {"", ENCODING_IDENTITY},
        {"gzip, deflate, br", ENCODING_BROTLI},
        {"gzip, deflate", ENCODING_GZIP},
        {"GZIP", ENCODING_GZIP},
        {"x-gzip", ENCODING_GZIP},
        {"deflate", ENCODING_IDENTITY},
        {"brotli", ENCODING_IDENTITY},
        {"br;q=0.5, gzip;q=0.8", ENCODING_GZIP},
        {"br;q=0.800, gzip;q=0.8", ENCODING_BROTLI},
        {"br;q=0, gzip", ENCODING_GZIP},
        {"br;q=0.000, gzip;q=0", ENCODING_IDENTITY},
        {"br ; Q = 0.1 , gzip ; q=0.05", ENCODING_BROTLI},
        {"gzip;level=9;q=0", ENCODING_IDENTITY},
        {"*", ENCODING_BROTLI},
        {"*;q=0", ENCODING_IDENTITY},
        {"br;q=0, *;q=0.1", ENCODING_GZIP},
        {"identity, *;q=0.5", ENCODING_IDENTITY},
        {"identity;q=0.5, gzip", ENCODING_GZIP},
        {"identity;q=1, br;q=0.9", ENCODING_IDENTITY},
        {"identity;q=0", ENCODING_IDENTITY},
        {"gzip;q=2", ENCODING_IDENTITY},
        {"gzip;q=-1", ENCODING_IDENTITY},
        {"gzip;q=", ENCODING_IDENTITY},
        {"gzip;q", ENCODING_GZIP},
        {"gzip;", ENCODING_GZIP},
        {";q=1,,, ,br", ENCODING_BROTLI},
        {"br\"", ENCODING_IDENTITY},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, negotiate_encoding(rows[i].header) == rows[i].wanted);
}

static void test_language(void **state)
{
    static const char *const languages[] = {"fr", "en", "br"};
    static const struct {
        const char *header;
        size_t wanted;
    } rows[] = {
        {NULL, 0},
        {"", 0},
        {"en", 1},
        {"EN-gb", 1},
        {"de, en;q=0.7, fr;q=0.3", 1},
        {"en;q=0.3, fr;q=0.7", 0},
        {"en, fr", 1},
        {"fr, en", 0},
        {"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", 0},
        {"de", 0},
        {"english", 0},
        {"en;q=0, br;q=0.001", 2},
        {"en;q=0", 0},
        {"*", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, negotiate_language(rows[i].header, languages, ARRAY_LEN(languages)) ==
                          rows[i].wanted);
}

static void test_match(void **state)
{
    static const struct {
        const char *header;
        bool wanted;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"\"ab-gz\"", true},
        {"W/\"ab-gz\"", true},
        {"*", true},
        {"\"x\", \"ab-gz\"", true},
        {"\"x\",W/\"ab-gz\"", true},
        {"\"a,b\" , \"ab-gz\"", true},
        {"\"ab\"", false},
        {"\"ab-gz", false},
        {"ab-gz", false},
        {"\"\\\"ab-gz\"", false},
        {"\"x\" junk \"ab-gz\"", false},
        {"\"unfinished", false},
        {",,,", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, negotiate_match(rows[i].header, "\"ab-gz\"") == rows[i].wanted);
}

static void test_metrics(void **state)
{
    static const struct {
        const char *header;
        bool plain;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"*/*", false},
        {"text/html,*/*;q=0.8", false},
        {"text/plain", true},
        {"text/plain;version=0.0.4;q=0.5", true},
        {"application/openmetrics-text", false},
        {"application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4", false},
        {"application/openmetrics-text;q=0.2, text/plain;q=0.6,*/*;q=0.1", true},
        {"text/plain;q=0", false},
        {"text/plainer", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_row(i, negotiate_plain_metrics(rows[i].header) == rows[i].plain);
}

/* A list without end costs no more than a short one. */
static void test_stops_reading(void **state)
{
    char header[2048];
    (void)state;
    for (size_t i = 0; i < sizeof header - 5; i++)
        header[i] = i % 2 ? ',' : 'a';
    header[sizeof header - 5] = 'b';
    header[sizeof header - 4] = 'r';
    header[sizeof header - 3] = '\0';
    assert_int_equal(negotiate_encoding(header), ENCODING_IDENTITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoding),      cmocka_unit_test(test_language),
        cmocka_unit_test(test_match),         cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_stops_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
