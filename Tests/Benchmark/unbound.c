// libunbound's side of the benchmark: validates names and prints the CPU time of each, in microseconds.
// Arguments: warm|cold  forward|hints  ADDRESS|FILE  ANCHORFILE  ZONE  FIRST  COUNT  TYPE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unbound.h>

static const char *mode, *upstream, *anchors, *zone;
static int is_forward, type;

static void fail(const char *what, int code) {
    fprintf(stderr, "%s: %s\n", what, ub_strerror(code));
    exit(1);
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static struct ub_ctx *context(void) {
    struct ub_ctx *context = ub_ctx_create();
    int code;
    // The world is on loopback, below a zone that is reserved elsewhere. Zones come last: they end the settings.
    ub_ctx_set_option(context, "do-not-query-localhost:", "no");
    ub_ctx_set_option(context, "do-ip6:", "no");
    ub_ctx_set_option(context, "module-config:", "validator iterator");
    if ((code = ub_ctx_add_ta_file(context, anchors))) fail("anchors", code);
    if (is_forward) {
        if ((code = ub_ctx_set_fwd(context, upstream))) fail("forward", code);
    } else if ((code = ub_ctx_set_option(context, "root-hints:", upstream))) {
        fail("hints", code);
    }
    // A thread and not a process: its time is this process's.
    if ((code = ub_ctx_async(context, 1))) fail("thread", code);
    ub_ctx_zone_remove(context, "test.");
    ub_ctx_zone_add(context, "test.", "transparent");
    return context;
}

static int secure;

static void done(void *unused, int code, struct ub_result *result) {
    if (code) fail("resolve", code);
    if (result->secure && result->havedata == (type == 1)) secure++;
    ub_resolve_free(result);
}

static void validate(struct ub_ctx *context, int number) {
    char name[300];
    int code;
    snprintf(name, sizeof name, "n%d.%s", number, zone);
    if ((code = ub_resolve_async(context, name, type, 1, NULL, done, NULL))) fail("async", code);
    if ((code = ub_wait(context))) fail("wait", code);
}

int main(int count, char **argument) {
    if (count != 9) return 2;
    mode = argument[1];
    is_forward = !strcmp(argument[2], "forward");
    upstream = argument[3];
    anchors = argument[4];
    zone = argument[5];
    int first = atoi(argument[6]), names = atoi(argument[7]);
    type = atoi(argument[8]);
    double start;
    if (!strcmp(mode, "warm")) {
        struct ub_ctx *kept = context();
        validate(kept, 0);
        secure = 0;
        start = cpu();
        for (int number = first; number < first + names; number++) validate(kept, number);
    } else {
        start = cpu();
        for (int number = first; number < first + names; number++) {
            struct ub_ctx *fresh = context();
            validate(fresh, number);
            ub_ctx_delete(fresh);
        }
    }
    printf("%.1f %d\n", (cpu() - start) / names, secure);
    return 0;
}
