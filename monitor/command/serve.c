#include "command.h"

#include "sandbox.h"
#include "server.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char default_listen[] = "127.0.0.1:8080";
enum { DEFAULT_PER_ADDRESS = 16, MOST_PER_ADDRESS = 256 };

static const struct option longs[] = {
    {"site", required_argument, NULL, 's'},
    {"listen", required_argument, NULL, 'l'},
    {"board", required_argument, NULL, 'b'},
    {"forms", required_argument, NULL, 'f'},
    {"per-address", required_argument, NULL, 'p'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static bool read_count(const char *text, size_t *ret)
{
    char *end;
    errno = 0;
    unsigned long count = strtoul(text, &end, 10);
    *ret = count;
    return text[0] >= '0' && text[0] <= '9' && !*end && !errno && count <= MOST_PER_ADDRESS;
}

static int read_option(int option, struct server_rules *rules)
{
    struct fault fault;
    switch (option) {
    case 's':
        rules->folder = optarg;
        return 0;
    case 'b':
        rules->board = optarg;
        return 0;
    case 'f':
        rules->forms = optarg;
        return 0;
    case 'l':
        if (endpoint_parse(optarg, &rules->listen, &fault))
            return command_usage(&command_serve, "--listen: %s", fault.text);
        return 0;
    default:
        if (!read_count(optarg, &rules->per_address))
            return command_usage(&command_serve, "--per-address takes a number from 0 to %d",
                                 MOST_PER_ADDRESS);
        return 0;
    }
}

static int read_options(int argc, char **argv, struct server_rules *rules)
{
    struct fault fault;
    int option, bad = endpoint_parse(default_listen, &rules->listen, &fault);
    rules->per_address = DEFAULT_PER_ADDRESS;
    while (!bad && (option = command_option(&command_serve, argc, argv, "s:l:p:", longs)) != -1)
        bad = read_option(option, rules);
    if (bad)
        return bad;
    if (optind < argc)
        return command_usage(&command_serve, "'%s' is no option; the folder is given with --site",
                             argv[optind]);
    if (!rules->folder)
        return command_usage(&command_serve, "--site is missing: which folder?");
    return 0;
}

static void say_where(const struct server *server)
{
    char text[ENDPOINT_TEXT_SIZE];
    struct endpoint endpoint = server_endpoint(server);
    fprintf(stderr, "listening on http://%s/\n", endpoint_text(&endpoint, text));
}

static int run(int argc, char **argv)
{
    struct server_rules rules = {0};
    struct server *server;
    struct fault fault;
    sigset_t ends;
    int received, bad = read_options(argc, argv, &rules);
    if (bad)
        return bad;
    signal(SIGPIPE, SIG_IGN);
    /* Packing a page takes large blocks for a moment; so they go back at once instead of staying in the heap. */
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    sandbox_enter_as_child(SANDBOX_SERVER, (const char *const[]){rules.folder, NULL});
    if (server_start(&rules, &server, &fault)) {
        fprintf(stderr, "vibrisse serve: %s\n", fault.text);
        return EXIT_BAD;
    }
    say_where(server);
    sigwait(&ends, &received);
    server_stop(server);
    return EXIT_SUCCESS;
}

const struct command command_serve = {
    .name = "serve",
    .summary = "give a rendered site to visitors over HTTP",
    .synopsis = "serve --site DIR [--listen ADDR:PORT] [--per-address N]",
    .help =
        "  -s, --site DIR          the folder that 'vibrisse run' or 'vibrisse render' writes\n"
        "  -l, --listen ADDR:PORT  where to listen; 127.0.0.1:8080 unless given, [::1]:8080 "
        "for IPv6,\n"
        "                          0.0.0.0:8080 to be reached from other machines; port 0 "
        "takes a free one\n"
        "  -p, --per-address N     connections at once from one address; 16 unless given, 0 "
        "for no limit.\n"
        "                          Loopback is never limited\n"
        "      --board FILE        what a running monitor says of itself, given at /metrics; "
        "'vibrisse run'\n"
        "                          hands it over in memory\n"
        "      --forms SOCKET      where a running monitor answers for the forms of the site: "
        "'forms' in its\n"
        "                          data folder. Without it the site has none\n"
        "  -h, --help              this text\n"
        "\n"
        "'vibrisse run' starts it by itself where the configuration says 'listen'. It only "
        "reads the\n"
        "folder, and serves on when the monitor has ended: its pages then say since when "
        "measurements\n"
        "have stopped, and /healthz answers 503. New and changed files are picked up while it "
        "runs.\n"
        "\n"
        "It speaks plain HTTP/1.1. For visitors from the Internet put a web server with TLS in "
        "front,\n"
        "and let it pass requests on to the loopback address. Forms are limited for each visitor "
        "by the end\n"
        "of X-Forwarded-For, which is believed of a proxy on this machine only; let it set that "
        "header.\n"
        "\n"
        "SIGTERM and Ctrl-C end it. Exit status: 0 when ended so, 1 when the folder or the "
        "address is\n"
        "not to be had, 2 when an option is wrong.\n",
    .run = run,
};
