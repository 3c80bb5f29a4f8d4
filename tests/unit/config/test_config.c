/* Loading from files: what include finds, and what may stand at a path instead of a file. */
#include "config.h"

#include "buffer.h"
#include "document.h"
#include "fake_probes.h"
#include "source.h"
#include "testing.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD   "collective: {name: C}\n"
#define HOSTER "services: [{id: s, url: \"alpha://x\"}]\n"

struct scratch {
    char folder[64]; /* its name holds what glob() takes for a pattern */
};

static char *path_in(const struct scratch *scratch, const char *name)
{
    struct buffer path;
    buffer_init(&path, 4096);
    buffer_printf(&path, "%s/%s", scratch->folder, name);
    return buffer_take(&path, NULL);
}

static void write_file(const struct scratch *scratch, const char *name, const char *text)
{
    char *path = path_in(scratch, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void make_folder(const struct scratch *scratch, const char *name)
{
    char *path = path_in(scratch, name);
    assert_int_equal(mkdir(path, 0700), 0);
    free(path);
}

static int set_up(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    text_copy(scratch->folder, sizeof scratch->folder, "/tmp/vibrisse [a]*-XXXXXX");
    assert_non_null(mkdtemp(scratch->folder));
    make_folder(scratch, "hosters.d");
    *state = scratch;
    return 0;
}

static void remove_file(const struct scratch *scratch, const char *name)
{
    char *path = path_in(scratch, name);
    remove(path); /* most tests make only some of them */
    free(path);
}

static int tear_down(void **state)
{
    static const char *const names[] = {"hosters.d/a.yaml",
                                        "hosters.d/b.yaml",
                                        "hosters.d/c.yml",
                                        "hosters.d",
                                        "main.yaml",
                                        "pipe",
                                        NULL};
    struct scratch *scratch = *state;
    for (size_t i = 0; names[i]; i++)
        remove_file(scratch, names[i]);
    int rc = rmdir(scratch->folder);
    free(scratch);
    return rc;
}

static void add_without(struct buffer *out, const char *text, const char *folder)
{
    for (const char *found; (found = strstr(text, folder)); text = found + strlen(folder) + 1)
        buffer_add(out, text, (size_t)(found - text));
    buffer_printf(out, "%s\n", text);
}

/* NULL, or the faults, a line each, without the name of the folder (caller frees). */
static char *load(const struct scratch *scratch, const char *name, struct config **ret)
{
    struct fault_list faults = {0};
    struct buffer all;
    char *path = path_in(scratch, name);
    buffer_init(&all, 100000);
    *ret = NULL;
    int rc = config_load(path, NULL, &fake_probes, ret, &faults);
    for (size_t i = 0; i < faults.count; i++)
        add_without(&all, faults.texts[i], scratch->folder);
    assert_int_equal(rc, *ret ? 0 : -1);
    assert_int_equal(faults.count > 0, rc == -1);
    fault_list_free(&faults);
    free(path);
    return rc ? buffer_take(&all, NULL) : NULL;
}

static void expect_faults(const struct scratch *scratch, const char *name, const char *wanted)
{
    struct config *config;
    char *said = load(scratch, name, &config);
    config_free(config);
    assert_non_null(said);
    assert_string_equal(said, wanted);
    free(said);
}

static void test_include(void **state)
{
    const struct scratch *scratch = *state;
    struct config *config;
    write_file(scratch, "main.yaml", HEAD "include: [hosters.d/*.yaml, hosters.d/b.yaml]\n");
    write_file(scratch, "hosters.d/b.yaml", "hoster: b\n" HOSTER);
    write_file(scratch, "hosters.d/a.yaml", "hoster: a\n" HOSTER);
    write_file(scratch, "hosters.d/c.yml", "not: read\n");
    assert_null(load(scratch, "main.yaml", &config));
    assert_int_equal(config->collective.hoster_count, 2); /* b.yaml is named twice and read once */
    assert_string_equal(config->collective.hosters[0].id, "a");
    assert_string_equal(config->collective.hosters[1].id, "b");
    config_free(config);
}

static void test_include_leaves_the_main_file_out(void **state)
{
    const struct scratch *scratch = *state;
    struct config *config;
    write_file(scratch, "main.yaml", HEAD "include: [\"*.yaml\", \"*/*.yaml\"]\n");
    write_file(scratch, "hosters.d/a.yaml", "hoster: a\n" HOSTER);
    assert_null(load(scratch, "main.yaml", &config));
    assert_int_equal(config->collective.hoster_count, 1);
    config_free(config);
}

static void test_too_many_files(void **state)
{
    enum { MANY = 10001 };
    const struct scratch *scratch = *state;
    char name[64];
    write_file(scratch, "main.yaml", HEAD "include: [hosters.d/*]\n");
    for (size_t i = 0; i < MANY; i++) {
        text_format(name, sizeof name, "hosters.d/%zu", i);
        write_file(scratch, name, "");
    }
    expect_faults(scratch, "main.yaml", "main.yaml:2:11: more than 10000 files are named\n");
    for (size_t i = 0; i < MANY; i++) {
        text_format(name, sizeof name, "hosters.d/%zu", i);
        remove_file(scratch, name);
    }
}

static void test_include_of_absolute_path(void **state)
{
    const struct scratch *scratch = *state;
    struct config *config;
    struct buffer text;
    buffer_init(&text, 1000);
    buffer_printf(&text, HEAD "include: [\"%.*s\\\\[a]\\\\*%s/hosters.d/a.yaml\"]\n", 14,
                  scratch->folder, scratch->folder + 18);
    write_file(scratch, "main.yaml", buffer_text(&text));
    write_file(scratch, "hosters.d/a.yaml", "hoster: a\n" HOSTER);
    assert_null(load(scratch, "main.yaml", &config));
    assert_int_equal(config->collective.hoster_count, 1);
    config_free(config);
    buffer_fini(&text);
}

static void test_faults_of_all_files(void **state)
{
    const struct scratch *scratch = *state;
    write_file(scratch, "main.yaml", HEAD "listn: 1\ninclude: [hosters.d/*.yaml]\n");
    write_file(scratch, "hosters.d/a.yaml", "hoster: a\n" HOSTER);
    write_file(scratch, "hosters.d/b.yaml", "hoster: a\nnmae: x\n" HOSTER);
    expect_faults(
        scratch, "main.yaml",
        "main.yaml:2:1: unknown key \"listn\", did you mean \"listen\"?\n"
        "hosters.d/b.yaml:2:1: unknown key \"nmae\", did you mean \"name\"?\n"
        "hosters.d/b.yaml:1:9: the hoster \"a\" is already given in hosters.d/a.yaml:1\n");
}

static void test_include_finds_nothing(void **state)
{
    const struct scratch *scratch = *state;
    write_file(scratch, "main.yaml", HEAD "include: [hosters.d/*.yaml]\n");
    expect_faults(scratch, "main.yaml",
                  "main.yaml:1:1: no hoster is given: describe one in a file that include names, "
                  "or below hosters\n");
    write_file(scratch, "main.yaml",
               HEAD "include: [hosters.d/none.yaml, nowhere/*.yaml, 7: 8, '']\n");
    expect_faults(scratch, "main.yaml",
                  "main.yaml:2:48: include takes one value such as [hosters.d/*.yaml], not a map\n"
                  "main.yaml:2:54: include must have 1 to 1000 bytes, this has 0\n"
                  "main.yaml:2:11: there is no file \"hosters.d/none.yaml\"\n"
                  "main.yaml:2:32: a folder cannot be read on the way to \"nowhere/*.yaml\"\n");
}

static void test_what_is_no_file(void **state)
{
    const struct scratch *scratch = *state;
    char *pipe = path_in(scratch, "pipe");
    expect_faults(scratch, "main.yaml",
                  "main.yaml:1:1: the file cannot be read: No such file or directory\n");
    expect_faults(scratch, "hosters.d", "hosters.d:1:1: the file is a folder, not a file\n");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    expect_faults(scratch, "pipe", "pipe:1:1: the file is not a regular file\n");
    expect_faults(scratch, "hosters.d/../../../dev/zero",
                  "hosters.d/../../../dev/zero:1:1: the file is not a regular file\n");
    free(pipe);
    expect_faults(scratch, "../../proc/self/mem",
                  "../../proc/self/mem:1:1: the file cannot be read: Input/output error\n");
}

static void test_too_large(void **state)
{
    const struct scratch *scratch = *state;
    char *text = calloc(1, DOCUMENT_BYTES + 2);
    memset(text, '#', DOCUMENT_BYTES + 1);
    write_file(scratch, "main.yaml", text);
    expect_faults(scratch, "main.yaml", "main.yaml:1:1: the file is larger than 1024 KiB\n");
    free(text);
}

static void test_free_of_nothing(void **state)
{
    (void)state;
    config_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_include, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_include_leaves_the_main_file_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_many_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_include_of_absolute_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_faults_of_all_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_include_finds_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_too_large, set_up, tear_down),
        cmocka_unit_test(test_free_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
