/// Sole ownership of an object that a C library allocated and must free.
///
/// The one type that pairs an allocation with its release; types that hold one need no deinit of their own and may throw
/// anywhere in their init.
package struct ForeignHandle: ~Copyable, @unchecked Sendable {
    /// Borrowed: valid while this owner lives, and not to be used by two threads at once.
    package let pointer: OpaquePointer
    private let release: @convention(c) (OpaquePointer?) -> Void

    /// nil when the library could not allocate.
    package init?(_ pointer: OpaquePointer?, release: @escaping @convention(c) (OpaquePointer?) -> Void) {
        guard let pointer else { return nil }
        self.pointer = pointer
        self.release = release
    }

    deinit { release(pointer) }
}
