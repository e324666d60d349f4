import Codecs
import Glibc
import Plan

extension ServerAddress {
    /// The plan's own, or this process's variable; nil where none is needed.
    func password() throws(CodecError) -> String? {
        switch secret {
        case nil: return nil
        case .password(let password): return password
        case .variable(let name):
            guard let value = getenv(name) else {
                throw CodecError(
                    "load.no-password",
                    "The password for \(authority) is to be in the environment variable \(name), which is not set where "
                        + "the load is sent from. Set it and start again; nothing was sent."
                )
            }
            return String(cString: value)
        }
    }
}
