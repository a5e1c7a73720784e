[
  [
    [
      [
        [
          [
            [
              [
                "a string that makes the line too long",
                "a string that makes the line too long",
                "another",
              ]
            ]
          ]
        ]
      ]
    ]
  ]
]
