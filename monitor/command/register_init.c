#include "register.h"

#include "interview.h"
#include "mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who sits before the terminal, and the folder for the files. */
struct desk {
    int folder;
    char *line;
    size_t size;
};

static const char *ask(void *owner, const char *question, const char *preset)
{
    struct desk *desk = owner;
    if (*preset)
        fprintf(stderr, "%s [%s]: ", question, preset);
    else
        fprintf(stderr, "%s: ", question);
    fflush(stderr);
    ssize_t length = getline(&desk->line, &desk->size, stdin);
    if (!isatty(STDIN_FILENO))
        fputc('\n', stderr);
    if (length < 0)
        return NULL;
    if (length && desk->line[length - 1] == '\n')
        desk->line[length - 1] = '\0';
    return desk->line;
}

static void tell(void *owner, const char *sentence)
{
    (void)owner;
    fprintf(stderr, "  %s\n", sentence);
}

static bool taken(void *owner, const char *name)
{
    const struct desk *desk = owner;
    struct stat status;
    return fstatat(desk->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

static int fail(const char *name)
{
    fprintf(stderr, "vibrisse register: %s: %s\n", name, strerror(errno));
    return EXIT_BAD;
}

/* A name that was taken in the meantime stays as it is. */
static int write_file(const struct desk *desk, const struct interview_file *made)
{
    int fd = openat(desk->folder, made->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0644);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        return fail(made->name);
    bool bad = fputs(made->text, file) < 0;
    bad |= fclose(file) != 0;
    return bad ? fail(made->name) : EXIT_SUCCESS;
}

static int write_files(const struct desk *desk, const struct interview *interview)
{
    for (size_t i = 0; i < interview->count; i++) {
        if (write_file(desk, &interview->files[i]))
            return EXIT_BAD;
        puts(interview->files[i].name);
    }
    fflush(stdout);
    fprintf(stderr,
            "Publish these files, as plain text in UTF-8, then tell the federation the address "
            "%s\n",
            interview->address);
    return EXIT_SUCCESS;
}

int register_init(const struct register_wishes *wishes)
{
    struct desk desk = {.folder = open(wishes->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (desk.folder < 0)
        return fail(wishes->folder);
    struct interview_talk talk = {ask, tell, taken, &desk};
    struct interview *interview = mem_zalloc(sizeof *interview);
    struct fault fault;
    int status = EXIT_BAD;
    if (interview_hold(interview, &talk, wishes->ontology, clock_wall(), &fault))
        fprintf(stderr, "vibrisse register: %s\n", fault.text);
    else
        status = write_files(&desk, interview);
    interview_fini(interview);
    free(interview);
    free(desk.line);
    close(desk.folder);
    return status;
}
