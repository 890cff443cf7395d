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
        2  take a request thread (200 an instance)                           else → 188
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
       14  fail if the wait is over                                          else → 185
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
       27  pass the failure on                                               else → 185
       28  unsubscribe
       29  inside the lock
       30  take a connection (20 an instance, waits 30s)                     else → 174
       31  travel between service and database (150us)
       32  begin (repeatable-read)
       33  take a core of the database (8)
       34  serve the statement (200us)
       35  give the core back
       36  look the key up in charge_idempotency
       37  commit (2ms, group commit)
       38  travel between service and database (150us)
       39  give the connection back
       40  → 43
       41  give the connection back
       42  pass the failure on                                               else → 174
       43  key COMPLETED → 164, PROCESSING → 163, FAILED → 144, absent goes on
       44  take a connection (20 an instance, waits 30s)                     else → 174
       45  travel between service and database (150us)
       46  begin (repeatable-read)
       47  insert the key into charge_idempotency as PROCESSING (waits 50s)  else → 53
       48  take a core of the database (8)
       49  serve the statement (200us)
       50  give the core back
       51  commit (2ms, group commit)
       52  → 56
       53  roll back
       54  travel between service and database (150us)
       55  pass the failure on                                               else → 59
       56  travel between service and database (150us)
       57  give the connection back
       58  → 61
       59  give the connection back
       60  pass the failure on                                               else → 174
       61  if another was faster → 30
       62  retry up to 10 attempts on version-conflict, deadlock, backoff 50ms ×2 ≤ 30s
       63  attempt
       64  take a connection (20 an instance, waits 30s)                     else → 107
       65  travel between service and database (150us)
       66  take a core of the database (8)
       67  serve the statement (200us)
       68  give the core back
       69  begin (repeatable-read)
       70  travel between service and database (150us)
       71  travel between service and database (150us)
       72  take a core of the database (8)
       73  serve the statement (200us)
       74  give the core back
       75  read users[user].balance
       76  travel between service and database (150us)
       77  take a core (4 an instance)
       78  compute (1ms)
       79  give the core back
       80  travel between service and database (150us)
       81  lock row users[user] to UPDATE it (waits 50s)                     else → 87
       82  take a core of the database (8)
       83  serve the statement (200us)
       84  give the core back
       85  UPDATE users[user].balance = as read + 10000 WHERE version as read
       86  → 89
       87  travel between service and database (150us)
       88  pass the failure on                                               else → 95
       89  travel between service and database (150us)
       90  fail if no row was changed: version-conflict                      else → 95
       91  travel between service and database (150us)
       92  commit (2ms, group commit)
       93  travel between service and database (150us)
       94  → 102
       95  travel between service and database (150us)
       96  take a core of the database (8)
       97  serve the ROLLBACK (200us)
       98  give the core back
       99  roll back
      100  travel between service and database (150us)
      101  pass the failure on                                               else → 104
      102  give the connection back
      103  → 106
      104  give the connection back
      105  pass the failure on                                               else → 107
      106  → 108
      107  if the failure is retried and attempts are left: back off, → 63   else → 126
      108  take a connection (20 an instance, waits 30s)                     else → 174
      109  travel between service and database (150us)
      110  begin (repeatable-read)
      111  mark the key in charge_idempotency COMPLETED with 200             else → 117
      112  take a core of the database (8)
      113  serve the statement (200us)
      114  give the core back
      115  commit (2ms, group commit)
      116  → 120
      117  roll back
      118  travel between service and database (150us)
      119  pass the failure on                                               else → 123
      120  travel between service and database (150us)
      121  give the connection back
      122  → 125
      123  give the connection back
      124  pass the failure on                                               else → 174
      125  → 165
      126  take a connection (20 an instance, waits 30s)                     else → 174
      127  travel between service and database (150us)
      128  begin (repeatable-read)
      129  mark the key in charge_idempotency FAILED                         else → 135
      130  take a core of the database (8)
      131  serve the statement (200us)
      132  give the core back
      133  commit (2ms, group commit)
      134  → 138
      135  roll back
      136  travel between service and database (150us)
      137  pass the failure on                                               else → 141
      138  travel between service and database (150us)
      139  give the connection back
      140  → 143
      141  give the connection back
      142  pass the failure on                                               else → 174
      143  pass the failure on                                               else → 174
      144  take a connection (20 an instance, waits 30s)                     else → 174
      145  travel between service and database (150us)
      146  begin (repeatable-read)
      147  set the key in charge_idempotency from FAILED to PROCESSING       else → 153
      148  take a core of the database (8)
      149  serve the statement (200us)
      150  give the core back
      151  commit (2ms, group commit)
      152  → 156
      153  roll back
      154  travel between service and database (150us)
      155  pass the failure on                                               else → 159
      156  travel between service and database (150us)
      157  give the connection back
      158  → 161
      159  give the connection back
      160  pass the failure on                                               else → 174
      161  if another was faster → 30
      162  → 62
      163  fail: the key is another's, or has failed                         else → 174
      164  answer what is stored with the key
      165  about to leave lock balance:user:{user}
      166  travel between service and Redis (150us)
      167  take the one thread of Redis
      168  serve the command (20us)
      169  give the thread of Redis back
      170  unlock, if the lock is still held
      171  travel between service and Redis (150us)
      172  fail if it was held no longer                                     else → 185
      173  → 183
      174  about to leave lock balance:user:{user}
      175  travel between service and Redis (150us)
      176  take the one thread of Redis
      177  serve the command (20us)
      178  give the thread of Redis back
      179  unlock, if the lock is still held
      180  travel between service and Redis (150us)
      181  fail if it was held no longer                                     else → 185
      182  pass the failure on                                               else → 185
      183  respond 200
      184  → 186
      185  respond what the failure says
      186  give the thread back
      187  → 189
      188  respond what the failure says
      189  travel between client and service (lognormal, median 1ms, p95 3ms)
      190  the client has its answer

    load default: constant-vus, 1 user for 1m
      1  request charge with a new key
      2  sleep (1s)
      3  the iteration is over

    """
}
