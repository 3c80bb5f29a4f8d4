#include "clerk.h"

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct errand {
    int socket; /* 0 = the place is free */
    struct mono until;
    struct buffer answer;
    clerk_done *done;
    void *owner;
};

struct clerk {
    const char *path;
    int wake;
    pthread_t thread;
    pthread_mutex_t lock;
    bool dismissed; /* under the lock, as are the places; one that is taken is the thread's */
    struct errand errands[CLERK_AT_ONCE];
};

static void lock(struct clerk *clerk)
{
    int error = pthread_mutex_lock(&clerk->lock);
    assert(!error);
}

static void unlock(struct clerk *clerk)
{
    int error = pthread_mutex_unlock(&clerk->lock);
    assert(!error);
}

static void wake_up(struct clerk *clerk)
{
    uint64_t one = 1;
    ssize_t written = write(clerk->wake, &one, sizeof one);
    (void)written; /* full: it is awake already */
}

/* ---- the thread ---- */

static void end_errand(struct clerk *clerk, struct errand *errand, bool good)
{
    size_t length = 0;
    char *answer = NULL;
    clerk_done *done = errand->done;
    void *owner = errand->owner;
    if (good && !errand->answer.overflow && errand->answer.length)
        answer = buffer_take(&errand->answer, &length);
    buffer_fini(&errand->answer);
    close(errand->socket);
    lock(clerk);
    errand->socket = 0;
    unlock(clerk);
    done(owner, answer, length);
}

static void read_answer(struct clerk *clerk, struct errand *errand)
{
    char bytes[16384];
    ssize_t count = read(errand->socket, bytes, sizeof bytes);
    if (count > 0)
        buffer_add(&errand->answer, bytes, (size_t)count);
    if (count == 0 || errand->answer.overflow)
        end_errand(clerk, errand, true);
    else if (count < 0 && errno != EAGAIN && errno != EINTR)
        end_errand(clerk, errand, false);
}

/* Those under way, and how long to wait for them. */
static size_t gather(struct clerk *clerk, struct pollfd fds[CLERK_AT_ONCE + 1],
                     struct errand *errands[CLERK_AT_ONCE], int64_t *ret_ms)
{
    size_t count = 0;
    struct mono now = clock_mono();
    *ret_ms = -1;
    lock(clerk);
    for (size_t i = 0; i < CLERK_AT_ONCE; i++) {
        struct errand *errand = &clerk->errands[i];
        if (!errand->socket)
            continue;
        int64_t left_ms = mono_ms_between(now, errand->until) + 1;
        left_ms = left_ms < 0 || clerk->dismissed ? 0 : left_ms;
        if (*ret_ms < 0 || left_ms < *ret_ms)
            *ret_ms = left_ms;
        fds[count] = (struct pollfd){errand->socket, POLLIN, 0};
        errands[count++] = errand;
    }
    unlock(clerk);
    fds[count] = (struct pollfd){clerk->wake, POLLIN, 0};
    return count;
}

static bool is_dismissed(struct clerk *clerk)
{
    lock(clerk);
    bool dismissed = clerk->dismissed;
    unlock(clerk);
    return dismissed;
}

static void serve(struct clerk *clerk, const struct pollfd *fds, struct errand *const *errands,
                  size_t count)
{
    bool dismissed = is_dismissed(clerk);
    struct mono now = clock_mono();
    for (size_t i = 0; i < count; i++) {
        if (dismissed || mono_ms_between(now, errands[i]->until) <= 0)
            end_errand(clerk, errands[i], false);
        else if (fds[i].revents)
            read_answer(clerk, errands[i]);
    }
}

static void *wait_for_answers(void *cls)
{
    struct clerk *clerk = cls;
    struct pollfd fds[CLERK_AT_ONCE + 1];
    struct errand *errands[CLERK_AT_ONCE];
    for (;;) {
        int64_t ms;
        uint64_t woken;
        size_t count = gather(clerk, fds, errands, &ms);
        if (!count && is_dismissed(clerk))
            return NULL;
        poll(fds, count + 1, (int)ms);
        if (fds[count].revents && read(clerk->wake, &woken, sizeof woken) < 0)
            continue;
        serve(clerk, fds, errands, count);
    }
}

/* ---- who asks ---- */

/* A local connection is there at once or not at all, and the line fits into what it holds. -1: nobody listens. */
static int send_line(const char *path, const char *line)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(line);
    if (!text_copy(address.sun_path, sizeof address.sun_path, path))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        send(fd, line, length, MSG_NOSIGNAL) == (ssize_t)length)
        return fd;
    close(fd);
    return -1;
}

static struct errand *free_place(struct clerk *clerk)
{
    for (size_t i = 0; i < CLERK_AT_ONCE && !clerk->dismissed; i++)
        if (!clerk->errands[i].socket)
            return &clerk->errands[i];
    return NULL;
}

bool clerk_ask(struct clerk *clerk, const char *line, clerk_done *done, void *owner)
{
    lock(clerk);
    struct errand *errand = free_place(clerk);
    int fd = errand ? send_line(clerk->path, line) : -1;
    if (fd >= 0) {
        *errand = (struct errand){
            .socket = fd, .until = mono_plus_ms(clock_mono(), CLERK_PATIENCE_MS), .done = done};
        errand->owner = owner;
        buffer_init(&errand->answer, CLERK_ANSWER_MAX);
    }
    unlock(clerk);
    if (fd >= 0)
        wake_up(clerk);
    return fd >= 0;
}

/* ---- beginning and end ---- */

int clerk_start(const char *path, struct clerk **ret, struct fault *fault)
{
    struct clerk *clerk = mem_zalloc(sizeof *clerk);
    int error = pthread_mutex_init(&clerk->lock, NULL);
    assert(!error);
    clerk->path = path;
    clerk->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    error = clerk->wake < 0 ? errno : pthread_create(&clerk->thread, NULL, wait_for_answers, clerk);
    if (!error) {
        *ret = clerk;
        return 0;
    }
    if (clerk->wake >= 0)
        close(clerk->wake);
    pthread_mutex_destroy(&clerk->lock);
    free(clerk);
    return fault_set(fault, "the forms cannot be served: %s", strerror(error));
}

void clerk_dismiss(struct clerk *clerk)
{
    lock(clerk);
    clerk->dismissed = true;
    unlock(clerk);
    wake_up(clerk);
    pthread_join(clerk->thread, NULL);
}

void clerk_free(struct clerk *clerk)
{
    close(clerk->wake);
    pthread_mutex_destroy(&clerk->lock);
    free(clerk);
}
