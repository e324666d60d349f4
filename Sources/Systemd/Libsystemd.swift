import CSystemd
import LinuxSystem

/// The library's functions, found at the first use and not at the program's start.
struct Libsystemd {
    let functions: csystemd

    /// C: `dlopen`, `dlsym`. Errors: `.no-library`.
    init(_ name: String) throws(SystemdError) {
        var functions = csystemd()
        if let text = csystemd_find(&functions, name) {
            let text = String(cString: text)
            throw SystemdError(
                "no-library",
                "a unit is started over D-Bus by \(name), which is not here or too old (\(text)). Install it: "
                    + "apt install libsystemd0",
                cause: text
            )
        }
        self.functions = functions
    }

    /// sd-bus returns a negative errno.
    static func text(_ code: Int32) -> String { SystemError.text(of: -code) }
}
