import Glibc

/// This process.
package enum ProcessSelf {
    package static var pid: Int32 { getpid() }
}
