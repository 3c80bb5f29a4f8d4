#include "matrix_document.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

#define BASE(url) "{\"m.homeserver\":{\"base_url\":\"" url "\"}}"

static void test_base(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {BASE("https://matrix.test"), "https://matrix.test"},
        {BASE("https://matrix.test/"), "https://matrix.test"},
        {BASE("http://[::1]:8008/base/"), "http://[::1]:8008/base"},
        {BASE("matrix.test"), NULL},
        {BASE("https://u:p@matrix.test"), NULL},
        {BASE("https://a.test/\\r\\nX: y"), NULL},
        {BASE("https://a.test/a b"), NULL},
        {"{\"m.homeserver\":{}}", NULL},
        {"{\"m.homeserver\":{\"base_url\":7}}", NULL},
        {"{\"m.homeserver\":\"https://matrix.test\"}", NULL},
        {"{}", NULL},
        {"[]", NULL},
        {"<html>", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char base[MATRIX_BASE_SIZE], detail[RESULT_DETAIL_SIZE] = "";
        bool good = matrix_document_base(rows[i][0], strlen(rows[i][0]), base, detail);
        assert_row(i, good == (rows[i][1] != NULL));
        assert_row(i, good ? strcmp(base, rows[i][1]) == 0 : detail[0]);
    }
}

static void test_base_too_long(void **state)
{
    (void)state;
    char json[MATRIX_BASE_SIZE + 100] = "{\"m.homeserver\":{\"base_url\":\"https://a.test/";
    char base[MATRIX_BASE_SIZE], detail[RESULT_DETAIL_SIZE];
    size_t used = strlen(json);
    memset(json + used, 'x', MATRIX_BASE_SIZE);
    strcpy(json + used + MATRIX_BASE_SIZE, "\"}}");
    assert_false(matrix_document_base(json, strlen(json), base, detail));
}

static void test_delegate(void **state)
{
    (void)state;
    static const struct {
        const char *json, *host;
        uint16_t port;
    } rows[] = {
        {"{\"m.server\":\"Matrix.test\"}", "matrix.test", 0},
        {"{\"m.server\":\"matrix.test:443\"}", "matrix.test", 443},
        {"{\"m.server\":\"[2001:db8::1]:8448\"}", "2001:db8::1", 8448},
        {"{\"m.server\":\"192.0.2.1\"}", "192.0.2.1", 0},
        {"{\"m.server\":\"https://matrix.test\"}", NULL, 0},
        {"{\"m.server\":\"matrix.test:0\"}", NULL, 0},
        {"{\"m.server\":\"matrix.test/x\"}", NULL, 0},
        {"{\"m.server\":\"\"}", NULL, 0},
        {"{\"m.server\":[]}", NULL, 0},
        {"{}", NULL, 0},
        {"null", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char host[URL_HOST_SIZE], detail[RESULT_DETAIL_SIZE] = "";
        uint16_t port;
        bool good =
            matrix_document_delegate(rows[i].json, strlen(rows[i].json), host, &port, detail);
        assert_row(i, good == (rows[i].host != NULL));
        assert_row(i, good ? strcmp(host, rows[i].host) == 0 && port == rows[i].port : detail[0]);
    }
}

static void test_names(void **state)
{
    (void)state;
    static const struct {
        bool (*read)(const char *json, size_t length, char ret[MATRIX_NAME_SIZE],
                     char detail[RESULT_DETAIL_SIZE]);
        const char *json, *name;
    } rows[] = {
        {matrix_document_versions, "{\"versions\":[\"r0.6.1\",\"v1.11\"],\"unstable_features\":{}}",
         "v1.11"},
        {matrix_document_versions, "{\"versions\":[\"v1\\u001b[31m\"]}", "v1[31m"},
        {matrix_document_versions, "{\"versions\":[]}", NULL},
        {matrix_document_versions, "{\"versions\":[7]}", NULL},
        {matrix_document_versions, "{\"versions\":\"v1.11\"}", NULL},
        {matrix_document_versions, "{\"errcode\":\"M_UNKNOWN\"}", NULL},
        {matrix_document_versions, "{\"versions\":[\"v1.11\"]", NULL},
        {matrix_document_software, "{\"server\":{\"name\":\"Synapse\",\"version\":\"1.98\"}}",
         "Synapse 1.98"},
        {matrix_document_software, "{\"server\":{\"name\":\"Conduit\"}}", "Conduit"},
        {matrix_document_software, "{\"server\":{\"name\":7,\"version\":\"1\"}}", NULL},
        {matrix_document_software, "{\"server\":{\"version\":\"1\"}}", NULL},
        {matrix_document_software, "{\"server\":\"Synapse\"}", NULL},
        {matrix_document_software, "{}", NULL},
        {matrix_document_software, "OK", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[MATRIX_NAME_SIZE], detail[RESULT_DETAIL_SIZE] = "";
        bool good = rows[i].read(rows[i].json, strlen(rows[i].json), name, detail);
        assert_row(i, good == (rows[i].name != NULL));
        assert_row(i, good ? strcmp(name, rows[i].name) == 0 : detail[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base),
        cmocka_unit_test(test_base_too_long),
        cmocka_unit_test(test_delegate),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
