/// What is done with a value that carries its version; versions only grow.
package enum VersionAction: Sendable, Equatable {
    case write(Int64)
    /// nil: nothing was there, which is older than every version.
    case read(Int64?)
}

package typealias VersionInvocation = Invocation<VersionAction>
