/* What can be seen of this machine without a word to anybody. */
#include "doctor.h"

#include "control.h"
#include "endpoint.h"
#include "ledger.h"
#include "sandbox.h"
#include "text.h"
#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint64_t room_wanted = UINT64_C(1)
                                    << 30; /* bytes; a record of 1,000 services and its pages */
enum { INODES_WANTED = 100000, DESCRIPTORS_SPARE = 200 };

/* ---- the monitor ---- */

void doctor_monitor(struct doctor *doctor)
{
    struct fault fault;
    char *text;
    size_t length;
    if (!doctor->config->data) {
        doctor_find(doctor, DOCTOR_BAD, "give `data: FOLDER` in the configuration, or --data DIR",
                    "the record has no place");
        return;
    }
    if (control_ask(doctor->config->data, "status", &text, &length, &fault)) {
        doctor_find(doctor, DOCTOR_LOOK,
                    "start it: systemctl start vibrisse, or vibrisse run -c FILE",
                    "no monitor runs with this data folder, or you may not speak to it");
        return;
    }
    json_t *status = json_loadb(text, length, 0, NULL);
    const char *health = json_string_value(json_object_get(status, "health"));
    doctor->running = true;
    if (health && strcmp(health, "ok") == 0)
        doctor_find(doctor, DOCTOR_WELL, NULL, "it runs and is well");
    else
        doctor_find(doctor, DOCTOR_BAD, "its log tells more: journalctl -u vibrisse",
                    "it runs, but says: %s", health ? health : "nothing");
    json_decref(status);
    free(text);
}

/* ---- folders ---- */

static void look_at_room(struct doctor *doctor, const char *path)
{
    struct statvfs disk;
    char free[UNIT_TEXT_SIZE];
    if (statvfs(path, &disk))
        return;
    uint64_t bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    int unit = bytes < room_wanted ? 20 : 30; /* whole MiB, GiB */
    unit_size_text((int64_t)(bytes >> unit << unit), free);
    if (bytes < room_wanted)
        doctor_find(doctor, DOCTOR_LOOK,
                    "free some: a full disk stops the record, though nothing is forgotten",
                    "%s: only %s are free", path, free);
    else if (disk.f_files && disk.f_favail < INODES_WANTED)
        doctor_find(doctor, DOCTOR_LOOK, "the pages of a year of incidents are many small files",
                    "%s: only %llu more files fit (inodes)", path,
                    (unsigned long long)disk.f_favail);
    else
        doctor_find(doctor, DOCTOR_WELL, NULL, "%s can be written, %s are free", path, free);
}

static void look_at_parent(struct doctor *doctor, const char *path)
{
    char parent[PATH_MAX];
    text_copy(parent, sizeof parent, path);
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent] = '\0';
    else
        text_copy(parent, sizeof parent, ".");
    if (access(parent, W_OK | X_OK) == 0)
        doctor_find(doctor, DOCTOR_WELL, NULL, "%s will be made at the first start", path);
    else
        doctor_find(
            doctor, DOCTOR_BAD,
            "make it and give it to the user that runs vibrisse: install -d -o vibrisse FOLDER",
            "%s is not there and cannot be made: %s", path, strerror(errno));
}

static void look_at_folder(struct doctor *doctor, const char *path)
{
    struct stat stat_;
    if (stat(path, &stat_)) {
        look_at_parent(doctor, path);
    } else if (!S_ISDIR(stat_.st_mode)) {
        doctor_find(doctor, DOCTOR_BAD, "name another one, or move it away", "%s is no folder",
                    path);
    } else if (access(path, R_OK | W_OK | X_OK)) {
        doctor_find(doctor, DOCTOR_BAD,
                    "give it to the user that runs vibrisse: chown -R vibrisse FOLDER; or run the "
                    "doctor as that user",
                    "%s cannot be written: %s", path, strerror(errno));
    } else {
        look_at_room(doctor, path);
    }
}

void doctor_folders(struct doctor *doctor)
{
    if (doctor->config->data)
        look_at_folder(doctor, doctor->config->data);
    if (doctor->config->site)
        look_at_folder(doctor, doctor->config->site);
    else
        doctor_find(doctor, DOCTOR_LOOK, "give `site: FOLDER` to publish", "no pages are written");
}

void doctor_ledger(struct doctor *doctor)
{
    char path[PATH_MAX];
    struct ledger *ledger;
    struct fault fault;
    if (!doctor->config->data ||
        !text_format(path, sizeof path, "%s/ledger.sqlite", doctor->config->data) ||
        access(path, F_OK))
        return;
    if (ledger_open_to_read(doctor->config->data, &ledger, &fault)) {
        doctor_find(doctor, DOCTOR_BAD,
                    "'vibrisse verify' tells more; 'vibrisse restore' brings a backup back", "%s",
                    fault.text);
        return;
    }
    doctor_find(doctor, DOCTOR_WELL, NULL,
                "the ledger opens; 'vibrisse verify' compares it with the series");
    ledger_close(ledger);
}

/* ---- clock, limits ---- */

void doctor_clock(struct doctor *doctor)
{
    struct timex clock = {0};
    int state = adjtimex(&clock);
    if (state == TIME_ERROR || (clock.status & STA_UNSYNC))
        doctor_find(
            doctor, DOCTOR_LOOK,
            "install systemd-timesyncd or chrony: times of outages are the record's substance",
            "nobody keeps this machine's clock right");
    else
        doctor_find(doctor, DOCTOR_WELL, NULL, "it is kept right from outside");
}

static size_t count_checks(const struct collective *collective)
{
    size_t count = 0;
    for (size_t i = 0; i < collective->service_count; i++)
        count += collective->services[i]->check_count;
    return count;
}

void doctor_limits(struct doctor *doctor)
{
    struct rlimit limit;
    size_t checks = count_checks(&doctor->config->collective);
    rlim_t wanted = 2 * checks + DESCRIPTORS_SPARE;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_max == RLIM_INFINITY ||
        limit.rlim_max >= wanted)
        doctor_find(doctor, DOCTOR_WELL, NULL, "enough descriptors for %zu checks", checks);
    else
        doctor_find(
            doctor, DOCTOR_LOOK, "raise it: LimitNOFILE= of the unit, or ulimit -Hn",
            "%llu descriptors at most, and %zu checks in both families may want %llu at once",
            (unsigned long long)limit.rlim_max, checks, (unsigned long long)wanted);
}

/* ---- the port ---- */

static int bind_to(const struct endpoint *endpoint)
{
    int one = 1, rc = -1, sock = socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (sock >= 0) {
        setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        rc = bind(sock, (const struct sockaddr *)&endpoint->address, endpoint->length);
        int error = errno;
        close(sock);
        errno = error;
    }
    return rc;
}

void doctor_port(struct doctor *doctor)
{
    struct endpoint endpoint;
    struct fault fault;
    const char *listen = doctor->config->listen;
    if (!listen || endpoint_parse(listen, &endpoint, &fault))
        return;
    if (bind_to(&endpoint) == 0)
        doctor_find(doctor, doctor->running ? DOCTOR_BAD : DOCTOR_WELL,
                    doctor->running ? "its log tells why the server does not listen" : NULL,
                    doctor->running ? "nobody listens at %s" : "%s is free", listen);
    else if (errno != EADDRINUSE)
        doctor_find(doctor, DOCTOR_BAD, "choose an address of this machine, and a port from 1024",
                    "nobody can listen at %s: %s", listen, strerror(errno));
    else
        doctor_find(
            doctor, doctor->running ? DOCTOR_WELL : DOCTOR_LOOK,
            doctor->running
                ? NULL
                : "ss -ltnp tells who; a server that an earlier monitor left is replaced by itself",
            doctor->running ? "somebody listens at %s, as it should be" : "%s is taken", listen);
}

/* ---- secrets ---- */

static void look_at_secret(struct doctor *doctor, const struct config_option *option)
{
    struct stat stat_;
    if (option->place == PLACE_ENVIRONMENT && !getenv(option->value) && !doctor->running)
        doctor_find(doctor, DOCTOR_LOOK, "the monitor needs it in its environment",
                    "the variable %s is not set here", option->value);
    if (option->place == PLACE_HERE && option->secret)
        doctor_find(doctor, DOCTOR_LOOK, "move it to a file of its own: {file: PATH}",
                    "%s stands in the configuration", option->name);
    if (option->place != PLACE_FILE)
        return;
    if (stat(option->value, &stat_) || access(option->value, R_OK))
        doctor_find(doctor, DOCTOR_BAD, "make it readable for the user that runs vibrisse",
                    "%s cannot be read: %s", option->value, strerror(errno));
    else if (stat_.st_mode & (S_IRWXG | S_IRWXO))
        doctor_find(doctor, DOCTOR_LOOK, "chmod 600 it", "others of this machine may read %s",
                    option->value);
    else
        doctor_find(doctor, DOCTOR_WELL, NULL, "%s is for its owner alone", option->value);
}

void doctor_secrets(struct doctor *doctor)
{
    const struct config_alerts *alerts = &doctor->config->alerts;
    for (size_t i = 0; i < alerts->target_count; i++)
        for (size_t k = 0; k < alerts->targets[i]->option_count; k++)
            look_at_secret(doctor, &alerts->targets[i]->options[k]);
    for (size_t i = 0; i < alerts->heartbeat_count; i++)
        look_at_secret(doctor, &alerts->heartbeats[i]);
}

/* ---- the sandbox ---- */

/* In a child, since there is no way back. */
static bool try_sandbox(struct fault *ret)
{
    int answer[2], status;
    if (pipe(answer))
        return true;
    pid_t child = fork();
    if (child == 0) {
        const char *const folders[] = {"/", NULL};
        setenv(SANDBOX_VARIABLE, sandbox_word(SANDBOX_STRICT), 1);
        int rc = sandbox_enter(SANDBOX_KEEPER, folders, ret);
        ssize_t written = rc ? write(answer[1], ret->text, sizeof ret->text) : 0;
        _exit(rc || written < 0);
    }
    close(answer[1]);
    ssize_t length = read(answer[0], ret->text, sizeof ret->text);
    close(answer[0]);
    return child < 0 || waitpid(child, &status, 0) != child ||
           (length <= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void doctor_sandbox(struct doctor *doctor)
{
    struct fault fault = {""};
    if (doctor->config->sandbox == CONFIG_SANDBOX_OFF)
        doctor_find(doctor, DOCTOR_LOOK, "leave out `sandbox: off` if you can",
                    "it is switched off");
    else if (try_sandbox(&fault))
        doctor_find(doctor, DOCTOR_WELL, NULL, "Landlock and seccomp are there");
    else
        doctor_find(doctor, DOCTOR_LOOK,
                    "Linux 5.19 or newer has both; in a container, its rules may forbid them", "%s",
                    fault.text);
}

/* ---- address families, ping ---- */

/* Whether there is a way out: connecting a datagram socket sends nothing. */
static bool has_route(int family, const char *somewhere)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(53)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
    int sock = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool routed = false;
    if (family == AF_INET && inet_pton(family, somewhere, &v4.sin_addr) == 1)
        routed = connect(sock, (const struct sockaddr *)&v4, sizeof v4) == 0;
    if (family == AF_INET6 && inet_pton(family, somewhere, &v6.sin6_addr) == 1)
        routed = connect(sock, (const struct sockaddr *)&v6, sizeof v6) == 0;
    if (sock >= 0)
        close(sock);
    return routed;
}

void doctor_families(struct doctor *doctor)
{
    bool v4 = has_route(AF_INET, "192.0.2.1"), v6 = has_route(AF_INET6, "2001:db8::1");
    if (v4 && v6)
        doctor_find(doctor, DOCTOR_WELL, NULL, "there is a way out by IPv4 and by IPv6");
    else if (!v4 && !v6)
        doctor_find(doctor, DOCTOR_BAD, "look at the routes: ip route; ip -6 route",
                    "there is no way out at all");
    else
        doctor_find(doctor, DOCTOR_LOOK,
                    v4 ? "what hosters publish by IPv6 is then unknown; ask your network for it"
                       : "what hosters publish by IPv4 is then unknown; ask your network for it",
                    "there is no way out by %s", v4 ? "IPv6" : "IPv4");
}

void doctor_ping(struct doctor *doctor)
{
    if (!collective_checks_by(&doctor->config->collective, "icmp"))
        return;
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (sock < 0)
        sock = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    if (sock >= 0)
        doctor_find(doctor, DOCTOR_WELL, NULL, "icmp checks can be made");
    else
        doctor_find(doctor, DOCTOR_BAD,
                    "let the group ping: sysctl net.ipv4.ping_group_range='0 2147483647', or give "
                    "the unit CAP_NET_RAW",
                    "icmp checks cannot be made: %s", strerror(errno));
    if (sock >= 0)
        close(sock);
}
