/// What is done with a register that holds one number, or nothing yet.
package enum RegisterAction: Sendable, Equatable {
    case write(Int64)
    /// What was read; nil: nothing was there. Of a read whose outcome is not known, it says nothing.
    case read(Int64?)
    /// Sets the second where the first stands; `isSet` says whether it did, where the outcome is known.
    case compareAndSet(Int64, Int64, isSet: Bool)
}

package typealias RegisterInvocation = Invocation<RegisterAction>
