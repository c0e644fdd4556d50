// The kernels of a GPU, compiled for the CPU and run thread by thread: their arithmetic can be tested anywhere.
#include <cstring>
#define __CUDACC__
#define __device__
#define __global__
#define __forceinline__ inline
struct Index { int x; };
static thread_local Index threadIdx, blockIdx, blockDim;
template <class T> static void atomicAdd(T *to, T value) { *to += value; }
#include "kernels.cu"

template <auto kernel> struct Door;
template <class... A, void (*kernel)(A...)> struct Door<kernel> {
    static void call(int threads, A... arguments) {
        blockDim.x = 1;
        threadIdx.x = 0;
        for (int i = 0; i < threads; ++i) {
            blockIdx.x = i;
            kernel(arguments...);
        }
    }
};
#define SAME(known) if (!std::strcmp(name, #known)) return reinterpret_cast<void *>(&Door<known>::call);
extern "C" void *door(const char *name) {
    SAME(weigh) SAME(air) SAME(sweep) SAME(back_sweep) SAME(emit) SAME(eliminate_columns) SAME(mix) SAME(react)
    return nullptr;
}
