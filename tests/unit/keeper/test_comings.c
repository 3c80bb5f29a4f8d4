/* Who came and who went between two configurations. */
#include "comings.h"

#include "buffer.h"
#include "macros.h"
#include "testing.h"

#include <string.h>

enum { MOST = 6 };

/* A collective of the keys, sorted, each with an address. */
struct town {
    struct hoster hosters[MOST];
    struct service services[MOST];
    const struct service *index[MOST];
    struct collective collective;
    char ids[MOST][16];
};

static void build(struct town *town, const char *const keys[], const char *const urls[])
{
    struct collective *collective = &town->collective;
    *town = (struct town){.collective = {.hosters = town->hosters, .services = town->index}};
    for (size_t i = 0; keys[i]; i++) {
        size_t length = strcspn(keys[i], "/");
        struct hoster *last =
            collective->hoster_count ? &town->hosters[collective->hoster_count - 1] : NULL;
        memcpy(town->ids[i], keys[i], length);
        if (!last || strcmp(last->id, town->ids[i]) != 0) {
            last = &town->hosters[collective->hoster_count++];
            *last = (struct hoster){.id = town->ids[i], .website = "https://h.example/"};
        }
        town->services[i] = (struct service){.key = keys[i], .hoster = last, .url = urls[i]};
        town->index[i] = &town->services[i];
        collective->service_count++;
    }
}

static void note(void *owner, const char *subject, const char *detail)
{
    buffer_printf(owner, "%s %s\n", subject, detail);
}

static void check(const struct town *before, const struct town *now, const char *wanted)
{
    struct buffer said;
    buffer_init(&said, 4096);
    comings_tell(&before->collective, &now->collective, note, &said);
    assert_string_equal(buffer_text(&said), wanted);
    buffer_fini(&said);
}

static void test_comings(void **state)
{
    (void)state;
    struct town none, first, second;
    build(&none, (const char *const[]){NULL}, NULL);
    build(&first, (const char *const[]){"a/pad", "b/nuage", "b/pad", "c/x", NULL},
          (const char *const[]){"https://1/", "https://2/", "https://3/", "https://4/"});
    build(&second, (const char *const[]){"a/pad", "b/pad", "b/wiki", "d/y", NULL},
          (const char *const[]){"https://1/", "https://other/", "https://5/", "https://6/"});
    second.hosters[0].website = "https://moved/";
    check(&none, &none, "");
    check(&first, &first, "");
    check(&none, &first, "a joined\nb joined\nc joined\n");
    check(&first, &none, "a left\nb left\nc left\n");
    check(&first, &second,
          "a moved to https://moved/\nc left\nd joined\nb/nuage left\nb/pad moved to "
          "https://other/\nb/wiki joined\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_comings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
