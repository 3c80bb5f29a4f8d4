#include "server.h"
#include "test_folder.h"
#include "testing.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { CLIENTS = 4, ROUNDS = 50 };

static struct test_folder folder;
static struct server *server;

static struct server_rules rules_for(const char *listen)
{
    struct server_rules rules = {.folder = folder.path, .per_address = 0};
    struct fault fault;
    assert_int_equal(endpoint_parse(listen, &rules.listen, &fault), 0);
    return rules;
}

static void start(const char *listen)
{
    struct server_rules rules = rules_for(listen);
    struct fault fault;
    assert_int_equal(server_start(&rules, &server, &fault), 0);
}

static int setup(void **state)
{
    (void)state;
    server = NULL;
    signal(SIGPIPE, SIG_IGN);
    test_folder_make(&folder);
    test_folder_write(&folder, "x.txt", "a small file");
    test_folder_fill(&folder, "y.csv", "1,2,3\n", 50000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    if (server)
        server_stop(server);
    test_folder_remove(&folder);
    return 0;
}

static int dial(void)
{
    struct endpoint endpoint = server_endpoint(server);
    struct timeval patience = {.tv_sec = 100};
    int client = socket(endpoint.address.ss_family, SOCK_STREAM, 0);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(client, (struct sockaddr *)&endpoint.address, endpoint.length), 0);
    return client;
}

/* Sends the request on a connection of its own and returns how many bytes came back, the first of them in `to`. */
static size_t exchange(const char *request, char *to, size_t size)
{
    char chunk[4096];
    size_t total = 0;
    ssize_t count;
    int client = dial();
    to[0] = '\0';
    assert_int_equal(send(client, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    while ((count = recv(client, chunk, sizeof chunk, 0)) > 0) {
        if (total == 0) {
            size_t kept = (size_t)count < size - 1 ? (size_t)count : size - 1;
            memcpy(to, chunk, kept);
            to[kept] = '\0';
        }
        total += (size_t)count;
    }
    close(client);
    return total;
}

#define REQUEST(line) line " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void test_answers(void **state)
{
    char text[2048];
    (void)state;
    start("127.0.0.1:0");
    exchange(REQUEST("GET /x.txt"), text, sizeof text);
    assert_non_null(strstr(text, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(text, "\r\n\r\na small file"));
    exchange(REQUEST("HEAD /x.txt"), text, sizeof text);
    assert_non_null(strstr(text, "Content-Length: 12\r\n"));
    assert_null(strstr(text, "a small file"));
    exchange(REQUEST("DELETE /x.txt"), text, sizeof text);
    assert_non_null(strstr(text, " 405 "));
    assert_non_null(strstr(text, "Allow: GET, HEAD\r\n"));
    exchange(REQUEST("GET /%2e%2e/etc/passwd"), text, sizeof text);
    assert_non_null(strstr(text, " 404 "));
    exchange(REQUEST("GET /x.txt%00"), text, sizeof text);
    assert_non_null(strstr(text, " 404 "));
    assert_true(exchange(REQUEST("GET /y.csv"), text, sizeof text) > 50000);
}

static void test_ipv6(void **state)
{
    char text[2048];
    (void)state;
    start("[::1]:0");
    exchange(REQUEST("GET /x.txt"), text, sizeof text);
    assert_non_null(strstr(text, "a small file"));
}

static void test_address_in_use(void **state)
{
    char text[ENDPOINT_TEXT_SIZE];
    struct server *second;
    struct fault fault;
    (void)state;
    start("127.0.0.1:0");
    struct endpoint endpoint = server_endpoint(server);
    struct server_rules rules = rules_for(endpoint_text(&endpoint, text));
    assert_int_equal(server_start(&rules, &second, &fault), -1);
    assert_non_null(strstr(fault.text, text));
    assert_non_null(strstr(fault.text, "another program"));
}

static void test_address_of_another_machine(void **state)
{
    struct server_rules rules = rules_for("192.0.2.1:0");
    struct fault fault;
    (void)state;
    assert_int_equal(server_start(&rules, &server, &fault), -1);
    assert_non_null(strstr(fault.text, "does not have that address"));
    server = NULL;
}

static void test_no_folder(void **state)
{
    struct server_rules rules = rules_for("127.0.0.1:0");
    struct fault fault;
    (void)state;
    rules.folder = "/nonexistent";
    assert_int_equal(server_start(&rules, &server, &fault), -1);
    assert_non_null(strstr(fault.text, "/nonexistent"));
    server = NULL;
}

static void *visit(void *failures)
{
    char text[2048];
    for (int i = 0; i < ROUNDS; i++) {
        bool small = i % 2;
        size_t length =
            exchange(small ? REQUEST("GET /x.txt") : REQUEST("GET /y.csv"), text, sizeof text);
        *(size_t *)failures += strstr(text, " 200 OK") == NULL || length < (small ? 12 : 50000);
    }
    return NULL;
}

/* Several clients at once while files change and the folder is read anew: of interest under the thread sanitizer. */
static void test_many_at_once(void **state)
{
    pthread_t clients[CLIENTS];
    size_t failures[CLIENTS] = {0};
    (void)state;
    start("127.0.0.1:0");
    for (size_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, visit, &failures[i]), 0);
    for (int i = 0; i < ROUNDS; i++) {
        test_folder_fill(&folder, "y.csv", i % 2 ? "1,2,3\n" : "4,5,6\n", 50000);
        usleep(20 * 1000);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(clients[i], NULL);
        assert_int_equal(failures[i], 0);
    }
}

#define ON_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_FOLDER(test_answers),        ON_FOLDER(test_ipv6),
        ON_FOLDER(test_address_in_use), ON_FOLDER(test_address_of_another_machine),
        ON_FOLDER(test_no_folder),      ON_FOLDER(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
