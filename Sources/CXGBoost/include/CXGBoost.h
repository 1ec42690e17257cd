#ifndef PROVISO_CXGBOOST_H
#define PROVISO_CXGBOOST_H

// The few prototypes of XGBoost 3.4.1's C API that Proviso calls (the wheel carries no headers). Every function returns 0, or -1 and a
// message in XGBGetLastError, which is this thread's. "Array interface" is the JSON that numpy's __array_interface__ has.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t bst_ulong;
typedef void *DMatrixHandle;
typedef void *BoosterHandle;

void XGBoostVersion(int *major, int *minor, int *patch);
const char *XGBGetLastError(void);

// `config`: JSON with `missing` and `nthread`.
int XGDMatrixCreateFromDense(const char *array_interface, const char *config, DMatrixHandle *out);
int XGDMatrixSetStrFeatureInfo(DMatrixHandle matrix, const char *field, const char **features, bst_ulong size);
int XGDMatrixSetInfoFromInterface(DMatrixHandle matrix, const char *field, const char *array_interface);
int XGDMatrixFree(DMatrixHandle matrix);

int XGBoosterCreate(const DMatrixHandle matrices[], bst_ulong count, BoosterHandle *out);
int XGBoosterSetParam(BoosterHandle booster, const char *name, const char *value);
int XGBoosterUpdateOneIter(BoosterHandle booster, int iteration, DMatrixHandle matrix);
int XGBoosterSaveModelToBuffer(BoosterHandle booster, const char *config, bst_ulong *length, const char **bytes);
int XGBoosterLoadModelFromBuffer(BoosterHandle booster, const void *bytes, bst_ulong length);
int XGBoosterGetNumFeature(BoosterHandle booster, bst_ulong *out);
int XGBoosterPredictFromDMatrix(BoosterHandle booster, DMatrixHandle matrix, const char *config, const bst_ulong **shape,
                                bst_ulong *dimensions, const float **result);
// Rounds begin..<end, every step-th, as a model of its own.
int XGBoosterSlice(BoosterHandle booster, int begin, int end, int step, BoosterHandle *out);
int XGBoosterFree(BoosterHandle booster);

#ifdef __cplusplus
}
#endif
#endif
