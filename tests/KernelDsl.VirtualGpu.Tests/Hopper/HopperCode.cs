namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>Device functions around instructions that CUDA C has no words for without its headers.</summary>
internal static class HopperCode
{
    public const string Prelude = """
        typedef unsigned u32; typedef unsigned long long u64; typedef unsigned short u16;
        struct __align__(64) TensorMap { unsigned char bytes[128]; };
        __device__ __forceinline__ u32 at(const void* p) { u32 r; asm("{ .reg .u64 q; cvta.to.shared.u64 q, %1; cvt.u32.u64 %0, q; }" : "=r"(r) : "l"(p)); return r; }
        __device__ __forceinline__ void bar_init(u64* b, u32 n) { asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" :: "r"(at(b)), "r"(n) : "memory"); }
        __device__ __forceinline__ void fence_init() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }
        __device__ __forceinline__ void fence_async() { asm volatile("fence.proxy.async;" ::: "memory"); }
        __device__ __forceinline__ void arrive(u64* b) { asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" :: "r"(at(b)) : "memory"); }
        __device__ __forceinline__ void arrive_expect(u64* b, u32 n) { asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" :: "r"(at(b)), "r"(n) : "memory"); }
        __device__ __forceinline__ void expect(u64* b, u32 n) { asm volatile("mbarrier.expect_tx.relaxed.cta.shared::cta.b64 [%0], %1;" :: "r"(at(b)), "r"(n) : "memory"); }
        __device__ __forceinline__ void wait(u64* b, u32 parity) {
            asm volatile("{ .reg .pred p; W: mbarrier.try_wait.parity.shared::cta.b64 p, [%0], %1; @p bra D; bra W; D: }" :: "r"(at(b)), "r"(parity) : "memory"); }
        __device__ __forceinline__ void poll(u64* b, u32 parity) {
            asm volatile("{ .reg .pred p; W: mbarrier.test_wait.parity.shared::cta.b64 p, [%0], %1; @!p bra W; }" :: "r"(at(b)), "r"(parity) : "memory"); }
        __device__ __forceinline__ void bulk_load(void* d, const void* s, u32 n, u64* b) {
            asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" :: "r"(at(d)), "l"(s), "r"(n), "r"(at(b)) : "memory"); }
        __device__ __forceinline__ void bulk_store(void* d, const void* s, u32 n) {
            asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" :: "l"(d), "r"(at(s)), "r"(n) : "memory"); }
        __device__ __forceinline__ void bulk_commit() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }
        #define bulk_wait(n) asm volatile("cp.async.bulk.wait_group %0;" :: "n"(n) : "memory")
        #define bulk_wait_read(n) asm volatile("cp.async.bulk.wait_group.read %0;" :: "n"(n) : "memory")
        __device__ __forceinline__ void tile_load(void* d, const TensorMap* m, int x, int y, u64* b) {
            asm volatile("cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%2, %3}], [%4];"
                :: "r"(at(d)), "l"(m), "r"(x), "r"(y), "r"(at(b)) : "memory"); }
        __device__ __forceinline__ void tile_store(const TensorMap* m, int x, int y, const void* s) {
            asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%1, %2}], [%3];" :: "l"(m), "r"(x), "r"(y), "r"(at(s)) : "memory"); }
        __device__ __forceinline__ u32 rank() { u32 r; asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(r)); return r; }
        __device__ __forceinline__ u32 map(const void* p, u32 r) { u32 d; asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(d) : "r"(at(p)), "r"(r)); return d; }
        __device__ __forceinline__ void cluster_arrive() { asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory"); }
        __device__ __forceinline__ void cluster_wait() { asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory"); }
        __device__ __forceinline__ void cluster_sync() { cluster_arrive(); cluster_wait(); }
        __device__ __forceinline__ u32 load_remote(u32 a) { u32 v; asm volatile("ld.shared::cluster.u32 %0, [%1];" : "=r"(v) : "r"(a) : "memory"); return v; }
        __device__ __forceinline__ u32 load_own(u32 a) { u32 v; asm volatile("ld.shared.u32 %0, [%1];" : "=r"(v) : "r"(a) : "memory"); return v; }
        __device__ __forceinline__ void store_remote(u32 a, u32 v) { asm volatile("st.shared::cluster.u32 [%0], %1;" :: "r"(a), "r"(v) : "memory"); }
        __device__ __forceinline__ void product_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
        __device__ __forceinline__ void product_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
        #define product_wait(n) asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(n) : "memory")
        __device__ __forceinline__ u64 descriptor(const void* p, u32 leading, u32 stride, u32 mode) {
            return ((u64)(at(p) & 0x3ffff) >> 4) | (u64)(leading >> 4) << 16 | (u64)(stride >> 4) << 32 | (u64)mode << 62; }
        __device__ __forceinline__ void arrive_remote(u32 b) { asm volatile("mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%0];" :: "r"(b) : "memory"); }

        """;
}
