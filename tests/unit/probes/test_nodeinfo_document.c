#include "nodeinfo_document.h"

#include "macros.h"
#include "testing.h"

#include <string.h>

#define S                  "http://nodeinfo.diaspora.software/ns/schema/"
#define LINK(version, url) "{\"rel\":\"" S version "\",\"href\":\"" url "\"}"

static void test_find(void **state)
{
    (void)state;
    static const struct {
        const char *json, *url, *detail; /* url NULL = none is found */
    } rows[] = {
        {"{\"links\":[" LINK("2.0", "https://a.test/2.0") "]}", "https://a.test/2.0", NULL},
        {"{\"links\":[" LINK("1.0", "https://a.test/1") "," LINK(
             "2.1", "https://a.test/21") "," LINK("2.0", "https://a.test/20") "]}",
         "https://a.test/21", NULL},
        {"{\"links\":[" LINK("2.1", "https://evil.test/21") "," LINK("1.0",
                                                                     "http://B.test:80/1") "]}",
         "http://B.test:80/1", NULL},
        {"{\"links\":[" LINK("9.9", "https://a.test/9") "," LINK("2.2", "https://a.test/22") "]}",
         "https://a.test/22", NULL},
        {"{\"links\":[" LINK("2.1", "https://evil.test/x") "]}", NULL,
         "its links lead elsewhere, to https://evil.test/x"},
        {"{\"links\":[" LINK("2.1", "/nodeinfo/2.1") "]}", NULL,
         "its links lead elsewhere, to /nodeinfo/2.1"},
        {"{\"links\":[" LINK("2.1", "https://a.test@evil.test/") "]}", NULL,
         "its links lead elsewhere, to https://a.test@evil.test/"},
        {"{\"links\":[" LINK("2.1", "file:///etc/passwd") "]}", NULL,
         "its links lead elsewhere, to file:///etc/passwd"},
        {"{\"links\":[" LINK("2.1", "https:/\\u007f\xC3\xA9/") "]}", NULL,
         "its links lead elsewhere, to https:/\xC3\xA9/"},
        {"{\"links\":[" LINK("9.9", "https://a.test/9") "]}", NULL,
         "it links to no document of a schema that we know"},
        {"{\"links\":[7,null,{},{\"rel\":7},{\"rel\":\"" S "2.1\",\"href\":7}]}", NULL,
         "it links to no document of a schema that we know"},
        {"{\"links\":{}}", NULL, "it links to no document of a schema that we know"},
        {"{}", NULL, "it links to no document of a schema that we know"},
        {"[]", NULL, "the document is not JSON: no object"},
        {"", NULL, "the document is not JSON: '[' or '{' expected near end of file"},
    };
    static const char *const hosts[] = {"a.test", "b.test", NULL};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char url[NODEINFO_URL_SIZE], detail[RESULT_DETAIL_SIZE];
        bool found = nodeinfo_document_find(rows[i].json, strlen(rows[i].json), hosts, url, detail);
        assert_row(i, found == (rows[i].url != NULL));
        if (strcmp(found ? url : detail, found ? rows[i].url : rows[i].detail) != 0)
            fail_msg("row %zu: %s", i, found ? url : detail);
    }
}

static void test_read(void **state)
{
    (void)state;
    static const struct {
        const char *json, *told; /* NULL = refused */
        int64_t total, month, halfyear, posts;
    } rows[] = {
        {"{\"version\":\"2.1\",\"software\":{\"name\":\"forgejo\",\"version\":\"7.0\"},\"usage\":{"
         "\"users\":{"
         "\"total\":12,\"activeMonth\":3,\"activeHalfyear\":5},\"localPosts\":9}}",
         "forgejo 7.0, 12 users, 3 active in the month", 12, 3, 5, 9},
        {"{\"version\":\"1.0\",\"software\":{\"name\":\"diaspora\"}}", "diaspora", -1, -1, -1, -1},
        {"{\"version\":\"2.0\",\"software\":{\"name\":\"x\"},\"usage\":{\"users\":{\"total\":0,"
         "\"activeMonth\":"
         "-1,\"activeHalfyear\":2.5},\"localPosts\":1000000001}}",
         "x", -1, -1, -1, -1},
        {"{\"version\":\"2.0\",\"software\":{\"name\":\"x\\u001b[31m\\n<b>\",\"version\":7},"
         "\"usage\":{"
         "\"users\":{\"total\":\"9\",\"activeMonth\":99999999999}}}",
         "x[31m <b>", -1, -1, -1, -1},
        {"{\"version\":2,\"software\":{\"name\":\"x\"}}", NULL, 0, 0, 0, 0},
        {"{\"version\":\"2.0\",\"software\":\"x\"}", NULL, 0, 0, 0, 0},
        {"{\"version\":\"2.0\",\"software\":{\"name\":\"\"}}", NULL, 0, 0, 0, 0},
        {"{\"version\":\"2.0\"", NULL, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct nodeinfo nodeinfo;
        char text[RESULT_DETAIL_SIZE];
        bool good = nodeinfo_document_read(rows[i].json, strlen(rows[i].json), &nodeinfo, text);
        assert_row(i, good == (rows[i].told != NULL));
        assert_row(i, good || text[0]);
        if (!good)
            continue;
        nodeinfo_document_tell(&nodeinfo, text, sizeof text);
        assert_row(i, strcmp(text, rows[i].told) == 0);
        assert_row(i, nodeinfo.users.total == rows[i].total);
        assert_row(i, nodeinfo.users.month == rows[i].month);
        assert_row(i, nodeinfo.users.halfyear == rows[i].halfyear);
        assert_row(i, nodeinfo.users.posts == rows[i].posts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
