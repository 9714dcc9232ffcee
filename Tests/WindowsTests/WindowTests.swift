import Fleet
import Testing
import Windows

@Suite struct `A time interval` {
}
