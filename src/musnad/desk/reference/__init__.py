"""Who is a Party, what the law of each allows, and who may ask whom."""
