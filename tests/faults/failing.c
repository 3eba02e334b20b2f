/* Fails the n-th call by which this process changes a file, whichever library makes it: SQLite, FAISS, tantivy or Python.
   Preloaded, and armed by every_call.py; of the files only those below the folder that it names count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static long left = -1; /* calls that still succeed; -1: none is counted */
static int kind, lasting, struck;
static char root[4096];

void failing_arm(long at, int error, int from_then_on, const char *folder) {
    kind = error;
    lasting = from_then_on;
    struck = 0;
    snprintf(root, sizeof root, "%s", folder);
    __atomic_store_n(&left, at, __ATOMIC_SEQ_CST);
}

int failing_disarm(void) {
    __atomic_store_n(&left, -1, __ATOMIC_SEQ_CST);
    return struck;
}

static int strikes(void) {
    if (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < 0) return 0;
    if (__atomic_load_n(&left, __ATOMIC_SEQ_CST) > 0) {
        __atomic_sub_fetch(&left, 1, __ATOMIC_SEQ_CST);
        return 0;
    }
    if (struck && !lasting) return 0;
    struck++;
    errno = kind;
    return 1;
}

static int below(const char *path) {
    return strncmp(path, root, strlen(root)) == 0;
}

static int at_path(const char *path) {
    char full[4096];
    int kept = errno;
    if (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < 0 || path == NULL) return 0;
    if (path[0] != '/') {
        if (getcwd(full, sizeof full) == NULL) return 0;
        path = full;
    }
    errno = kept;
    return below(path) && strikes();
}

static int at_file(int file) {
    char link[64], path[4096];
    int kept = errno;
    if (__atomic_load_n(&left, __ATOMIC_SEQ_CST) < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (size < 0) return 0;
    path[size] = 0;
    return below(path) && strikes();
}

#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))
#define BY_FILE(type, name, file, declared, passed) \
    type name declared { return at_file(file) ? -1 : NEXT(name) passed; }
#define BY_PATH(type, name, path, declared, passed) \
    type name declared { return at_path(path) ? -1 : NEXT(name) passed; }

BY_FILE(ssize_t, write, f, (int f, const void *b, size_t n), (f, b, n))
BY_FILE(ssize_t, pwrite, f, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
BY_FILE(ssize_t, pwrite64, f, (int f, const void *b, size_t n, off64_t o), (f, b, n, o))
BY_FILE(ssize_t, writev, f, (int f, const struct iovec *v, int n), (f, v, n))
BY_FILE(int, fsync, f, (int f), (f))
BY_FILE(int, fdatasync, f, (int f), (f))
BY_FILE(int, ftruncate, f, (int f, off_t n), (f, n))
BY_FILE(int, ftruncate64, f, (int f, off64_t n), (f, n))
BY_FILE(int, fallocate, f, (int f, int m, off_t o, off_t n), (f, m, o, n))
BY_FILE(int, fallocate64, f, (int f, int m, off64_t o, off64_t n), (f, m, o, n))
BY_PATH(int, rename, to, (const char *from, const char *to), (from, to))
BY_PATH(int, renameat, to, (int a, const char *from, int b, const char *to), (a, from, b, to))
BY_PATH(int, link, to, (const char *from, const char *to), (from, to))
BY_PATH(int, linkat, to, (int a, const char *from, int b, const char *to, int f), (a, from, b, to, f))
BY_PATH(int, mkdir, path, (const char *path, mode_t m), (path, m))
BY_PATH(int, mkdirat, path, (int a, const char *path, mode_t m), (a, path, m))

int posix_fallocate(int f, off_t o, off_t n) { return at_file(f) ? kind : NEXT(posix_fallocate)(f, o, n); }
int posix_fallocate64(int f, off64_t o, off64_t n) { return at_file(f) ? kind : NEXT(posix_fallocate64)(f, o, n); }

size_t fwrite(const void *b, size_t size, size_t n, FILE *f) {
    return at_file(fileno(f)) ? 0 : NEXT(fwrite)(b, size, n, f);
}

#define OPENS(name)                                        \
    int name(const char *path, int flags, ...) {           \
        va_list more;                                      \
        va_start(more, flags);                             \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more);                                      \
        if ((flags & O_CREAT) && at_path(path)) return -1; \
        return NEXT(name)(path, flags, mode);              \
    }
#define OPENS_AT(name)                                     \
    int name(int at, const char *path, int flags, ...) {   \
        va_list more;                                      \
        va_start(more, flags);                             \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; \
        va_end(more);                                      \
        if ((flags & O_CREAT) && at_path(path)) return -1; \
        return NEXT(name)(at, path, flags, mode);          \
    }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)
