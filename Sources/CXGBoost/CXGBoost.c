#include "CXGBoost.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

// The library is opened when it is first called: to load and relocate it at every start would cost a program that plans or validates several milliseconds.
static void *library;
static char reason[512];
// Of this thread's last call, as XGBoost's own messages are.
static _Thread_local const char *missing;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Its threads wait for each other at every tree, by default spinning for about a millisecond: where others work on the machine too, a thread that spins takes the time that
// the one it waits for needs, and trainings take ten times as long. Three thousand turns cost little on an idle machine, where sleeping at once would double the
// time (Docs/Performance.md). The library reads this when it is loaded. Not earlier, in a constructor: Swift finds a program's arguments next to the environment, which must
// not move before they were read. The first variable that is added leaves the old list where it is, so whoever reads it meanwhile is safe.
static void spin_for_a_moment(void) {
    if (!getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "3000", 0);
}

static void open_library(void) {
    spin_for_a_moment();
    library = dlopen("libxgboost.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (!library) snprintf(reason, sizeof reason, "XGBoost cannot be loaded: %s", dlerror());
}

static void *function_named(const char *name) {
    pthread_once(&once, open_library);
    void *function = library ? dlsym(library, name) : NULL;
    missing = function ? NULL : library ? "this XGBoost lacks a function that is needed" : reason;
    return function;
}

// A function of the library under its own name; where there is none it fails.
#define FORWARD(name, parameters, arguments)                                                       \
    int name parameters {                                                                          \
        static int(*function) parameters;                                                          \
        int(*known) parameters = __atomic_load_n(&function, __ATOMIC_RELAXED);                     \
        if (!known) {                                                                              \
            known = (int(*) parameters)function_named(#name);                                      \
            if (!known) return -1;                                                                 \
            __atomic_store_n(&function, known, __ATOMIC_RELAXED);                                  \
        }                                                                                          \
        missing = NULL;                                                                            \
        return known arguments;                                                                    \
    }

void XGBoostVersion(int *major, int *minor, int *patch) {
    *major = *minor = *patch = 0;
    void (*function)(int *, int *, int *) = (void (*)(int *, int *, int *))function_named("XGBoostVersion");
    if (function) function(major, minor, patch);
}

const char *XGBGetLastError(void) {
    if (missing) return missing;
    const char *(*function)(void) = (const char *(*)(void))function_named("XGBGetLastError");
    return function ? function() : missing;
}

FORWARD(XGDMatrixCreateFromDense, (const char *array_interface, const char *config, DMatrixHandle *out), (array_interface, config, out))
FORWARD(XGDMatrixSetStrFeatureInfo, (DMatrixHandle matrix, const char *field, const char **features, bst_ulong size),
        (matrix, field, features, size))
FORWARD(XGDMatrixSetInfoFromInterface, (DMatrixHandle matrix, const char *field, const char *array_interface), (matrix, field, array_interface))
FORWARD(XGDMatrixFree, (DMatrixHandle matrix), (matrix))
FORWARD(XGBoosterCreate, (const DMatrixHandle matrices[], bst_ulong count, BoosterHandle *out), (matrices, count, out))
FORWARD(XGBoosterSetParam, (BoosterHandle booster, const char *name, const char *value), (booster, name, value))
FORWARD(XGBoosterUpdateOneIter, (BoosterHandle booster, int iteration, DMatrixHandle matrix), (booster, iteration, matrix))
FORWARD(XGBoosterSaveModelToBuffer, (BoosterHandle booster, const char *config, bst_ulong *length, const char **bytes),
        (booster, config, length, bytes))
FORWARD(XGBoosterLoadModelFromBuffer, (BoosterHandle booster, const void *bytes, bst_ulong length), (booster, bytes, length))
FORWARD(XGBoosterGetNumFeature, (BoosterHandle booster, bst_ulong *out), (booster, out))
FORWARD(XGBoosterPredictFromDMatrix,
        (BoosterHandle booster, DMatrixHandle matrix, const char *config, const bst_ulong **shape, bst_ulong *dimensions, const float **result),
        (booster, matrix, config, shape, dimensions, result))
FORWARD(XGBoosterSlice, (BoosterHandle booster, int begin, int end, int step, BoosterHandle *out), (booster, begin, end, step, out))
FORWARD(XGBoosterFree, (BoosterHandle booster), (booster))
