extension ListingTests {
  /// The whole listing under `optimistic`, checked by hand against DESIGN 4.1: a statement is a
  /// leg, its row lock, a core, the service, a leg; the transaction begins and ends with statements
  /// of its own.
  static let optimistic = """
    balance-charge · Balance charge
    strategy optimistic: UPDATE … WHERE version = ?
      distributed lock off, idempotency key off, fencing token off

    request charge: POST /api/users/{user}/balance/charge
      user: row __VU % 100 + 1 of users
       1  travel between client and service (lognormal, median 1ms, p95 3ms)
       2  take a request thread (200 an instance)                         else → 57
       3  take a core (4 an instance)
       4  compute (500us)
       5  give the core back
       6  retry up to 10 attempts on version-conflict, deadlock, backoff 50ms ×2 ≤ 30s
       7  attempt
       8  take a connection (20 an instance, waits 30s)                   else → 51
       9  travel between service and database (150us)
      10  take a core of the database (8)
      11  serve the statement (200us)
      12  give the core back
      13  begin (repeatable-read)
      14  travel between service and database (150us)
      15  travel between service and database (150us)
      16  take a core of the database (8)
      17  serve the statement (200us)
      18  give the core back
      19  read users[user].balance
      20  travel between service and database (150us)
      21  take a core (4 an instance)
      22  compute (1ms)
      23  give the core back
      24  travel between service and database (150us)
      25  lock row users[user] to UPDATE it (waits 50s)                   else → 31
      26  take a core of the database (8)
      27  serve the statement (200us)
      28  give the core back
      29  UPDATE users[user].balance = as read + 10000 WHERE version as read
      30  → 33
      31  travel between service and database (150us)
      32  pass the failure on                                             else → 39
      33  travel between service and database (150us)
      34  fail if no row was changed: version-conflict                    else → 39
      35  travel between service and database (150us)
      36  commit (2ms, group commit)
      37  travel between service and database (150us)
      38  → 46
      39  travel between service and database (150us)
      40  take a core of the database (8)
      41  serve the ROLLBACK (200us)
      42  give the core back
      43  roll back
      44  travel between service and database (150us)
      45  pass the failure on                                             else → 48
      46  give the connection back
      47  → 50
      48  give the connection back
      49  pass the failure on                                             else → 51
      50  → 52
      51  if the failure is retried and attempts are left: back off, → 7  else → 54
      52  respond 200
      53  → 55
      54  respond what the failure says
      55  give the thread back
      56  → 58
      57  respond what the failure says
      58  travel between client and service (lognormal, median 1ms, p95 3ms)
      59  the client has its answer

    load default: constant-vus, 1 user for 1m
      1  request charge with a new key
      2  sleep (1s)
      3  the iteration is over

    """

  /// The whole listing under `three-layer`, checked by hand against SEMANTICS 2.1 and DESIGN 4.
  static let threeLayer = """
    balance-charge · Balance charge
    strategy three-layer: UPDATE … WHERE version = ?
      distributed lock on, idempotency key on, fencing token off

    request charge: POST /api/users/{user}/balance/charge
      user: row __VU % 100 + 1 of users
        1  travel between client and service (lognormal, median 1ms, p95 3ms)
        2  take a request thread (200 an instance)                           else → 185
        3  take a core (4 an instance)
        4  compute (500us)
        5  give the core back
        6  wants lock balance:user:{user}, waits 10s
        7  travel between service and Redis (150us)
        8  take the one thread of Redis
        9  serve the command (20us)
       10  give the thread of Redis back
       11  try lock balance:user:{user} for 30s
       12  travel between service and Redis (150us)
       13  if it is locked now → 29
       14  fail if the wait is over                                          else → 182
       15  wait until the client is subscribed to unlocks
       16  fail if the wait is over                                          else → 26
       17  travel between service and Redis (150us)
       18  take the one thread of Redis
       19  serve the command (20us)
       20  give the thread of Redis back
       21  try lock balance:user:{user} for 30s
       22  travel between service and Redis (150us)
       23  if it is locked now → 28
       24  fail if the wait is over                                          else → 26
       25  wait for an unlock, the end of the lease or of the wait, then → 16
       26  unsubscribe
       27  pass the failure on                                               else → 182
       28  unsubscribe
       29  inside the lock
       30  take a connection (20 an instance, waits 30s)                     else → 171
       31  travel between service and database (150us)
       32  begin (repeatable-read)
       33  take a core of the database (8)
       34  serve the statement (200us)
       35  give the core back
       36  look the key up in charge_idempotency
       37  commit (2ms, group commit)
       38  travel between service and database (150us)
       39  give the connection back
       40  key COMPLETED → 161, PROCESSING → 160, FAILED → 141, absent goes on
       41  take a connection (20 an instance, waits 30s)                     else → 171
       42  travel between service and database (150us)
       43  begin (repeatable-read)
       44  insert the key into charge_idempotency as PROCESSING (waits 50s)  else → 50
       45  take a core of the database (8)
       46  serve the statement (200us)
       47  give the core back
       48  commit (2ms, group commit)
       49  → 53
       50  roll back
       51  travel between service and database (150us)
       52  pass the failure on                                               else → 56
       53  travel between service and database (150us)
       54  give the connection back
       55  → 58
       56  give the connection back
       57  pass the failure on                                               else → 171
       58  if another was faster → 30
       59  retry up to 10 attempts on version-conflict, deadlock, backoff 50ms ×2 ≤ 30s
       60  attempt
       61  take a connection (20 an instance, waits 30s)                     else → 104
       62  travel between service and database (150us)
       63  take a core of the database (8)
       64  serve the statement (200us)
       65  give the core back
       66  begin (repeatable-read)
       67  travel between service and database (150us)
       68  travel between service and database (150us)
       69  take a core of the database (8)
       70  serve the statement (200us)
       71  give the core back
       72  read users[user].balance
       73  travel between service and database (150us)
       74  take a core (4 an instance)
       75  compute (1ms)
       76  give the core back
       77  travel between service and database (150us)
       78  lock row users[user] to UPDATE it (waits 50s)                     else → 84
       79  take a core of the database (8)
       80  serve the statement (200us)
       81  give the core back
       82  UPDATE users[user].balance = as read + 10000 WHERE version as read
       83  → 86
       84  travel between service and database (150us)
       85  pass the failure on                                               else → 92
       86  travel between service and database (150us)
       87  fail if no row was changed: version-conflict                      else → 92
       88  travel between service and database (150us)
       89  commit (2ms, group commit)
       90  travel between service and database (150us)
       91  → 99
       92  travel between service and database (150us)
       93  take a core of the database (8)
       94  serve the ROLLBACK (200us)
       95  give the core back
       96  roll back
       97  travel between service and database (150us)
       98  pass the failure on                                               else → 101
       99  give the connection back
      100  → 103
      101  give the connection back
      102  pass the failure on                                               else → 104
      103  → 105
      104  if the failure is retried and attempts are left: back off, → 60   else → 123
      105  take a connection (20 an instance, waits 30s)                     else → 171
      106  travel between service and database (150us)
      107  begin (repeatable-read)
      108  mark the key in charge_idempotency COMPLETED with 200             else → 114
      109  take a core of the database (8)
      110  serve the statement (200us)
      111  give the core back
      112  commit (2ms, group commit)
      113  → 117
      114  roll back
      115  travel between service and database (150us)
      116  pass the failure on                                               else → 120
      117  travel between service and database (150us)
      118  give the connection back
      119  → 122
      120  give the connection back
      121  pass the failure on                                               else → 171
      122  → 162
      123  take a connection (20 an instance, waits 30s)                     else → 171
      124  travel between service and database (150us)
      125  begin (repeatable-read)
      126  mark the key in charge_idempotency FAILED                         else → 132
      127  take a core of the database (8)
      128  serve the statement (200us)
      129  give the core back
      130  commit (2ms, group commit)
      131  → 135
      132  roll back
      133  travel between service and database (150us)
      134  pass the failure on                                               else → 138
      135  travel between service and database (150us)
      136  give the connection back
      137  → 140
      138  give the connection back
      139  pass the failure on                                               else → 171
      140  pass the failure on                                               else → 171
      141  take a connection (20 an instance, waits 30s)                     else → 171
      142  travel between service and database (150us)
      143  begin (repeatable-read)
      144  set the key in charge_idempotency from FAILED to PROCESSING       else → 150
      145  take a core of the database (8)
      146  serve the statement (200us)
      147  give the core back
      148  commit (2ms, group commit)
      149  → 153
      150  roll back
      151  travel between service and database (150us)
      152  pass the failure on                                               else → 156
      153  travel between service and database (150us)
      154  give the connection back
      155  → 158
      156  give the connection back
      157  pass the failure on                                               else → 171
      158  if another was faster → 30
      159  → 59
      160  fail: the key is another's, or has failed                         else → 171
      161  answer what is stored with the key
      162  about to leave lock balance:user:{user}
      163  travel between service and Redis (150us)
      164  take the one thread of Redis
      165  serve the command (20us)
      166  give the thread of Redis back
      167  unlock, if the lock is still held
      168  travel between service and Redis (150us)
      169  fail if it was held no longer                                     else → 182
      170  → 180
      171  about to leave lock balance:user:{user}
      172  travel between service and Redis (150us)
      173  take the one thread of Redis
      174  serve the command (20us)
      175  give the thread of Redis back
      176  unlock, if the lock is still held
      177  travel between service and Redis (150us)
      178  fail if it was held no longer                                     else → 182
      179  pass the failure on                                               else → 182
      180  respond 200
      181  → 183
      182  respond what the failure says
      183  give the thread back
      184  → 186
      185  respond what the failure says
      186  travel between client and service (lognormal, median 1ms, p95 3ms)
      187  the client has its answer

    load default: constant-vus, 1 user for 1m
      1  request charge with a new key
      2  sleep (1s)
      3  the iteration is over

    """
}
